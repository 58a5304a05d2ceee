package nodeagent

import (
	"context"
	"log/slog"
	"time"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/component"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/oper"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
	"oneswitch/nodeagent/mgmt"
)

// identityPatience bounds how long a director waits to hear who we are.
const identityPatience = 2 * time.Second

// openFace builds the management server from the schema and the handlers.
func openFace(f bootstrap.File, m *mgmt.Mgmt, c clock.Clock, log *slog.Logger) (face, error) {
	words, err := schema.Load()
	if err != nil {
		return nil, err
	}
	server := schema.ServedByNode
	if f.Role == inventory.RoleInterconnect {
		server = schema.ServedByInterconnect
	}
	registry := oper.New(command.NewOperational(words, server))
	m.Register(registry)
	return component.New(component.Config{
		Boot: f, Registry: registry, Intents: m, Complete: m.Complete, Clock: c, Log: log,
		Identity: func() rpc.Identity {
			ctx, cancel := context.WithTimeout(context.Background(), identityPatience)
			defer cancel()
			id, err := m.Identity(ctx)
			if err != nil {
				log.Warn("identity is not complete", "error", err)
			}
			return id
		},
	})
}
