//go:build !linux

package nodeagent

import (
	"errors"
	"log/slog"

	"oneswitch/internal/bootstrap"
)

func openKernel(bootstrap.File, *slog.Logger) (forwarding, error) {
	return forwarding{}, errors.New("the plane ebpf needs Linux: use the plane memory")
}
