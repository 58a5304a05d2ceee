package director

import (
	"context"
	"log/slog"

	"oneswitch/internal/bootstrap"
)

// Run is the director role: it serves until ctx ends. It returns nil after an
// orderly shutdown and an error when it cannot start or must not go on.
func Run(ctx context.Context, file bootstrap.File, log *slog.Logger) error {
	log.Info("director starts", "member", file.Serial)
	<-ctx.Done()
	return nil
}
