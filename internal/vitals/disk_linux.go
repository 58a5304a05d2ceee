package vitals

import "golang.org/x/sys/unix"

func disks(paths []string) []Disk {
	var out []Disk
	for _, p := range paths {
		var fs unix.Statfs_t
		if err := unix.Statfs(p, &fs); err != nil {
			continue
		}
		unit := uint64(fs.Bsize)
		out = append(out, Disk{Mount: p, Size: fs.Blocks * unit, Used: (fs.Blocks - fs.Bfree) * unit, Avail: fs.Bavail * unit})
	}
	return out
}
