package nodeagent

import (
	"log/slog"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/component"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/oper"
	"oneswitch/inventory"
	"oneswitch/nodeagent/mgmt"
)

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
		Boot: f, Registry: registry, Intents: m, Identity: m.Identity, Complete: m.Complete, Clock: c, Log: log,
	})
}
