//go:build !linux

package vitals

func disks([]string) []Disk { return nil }
