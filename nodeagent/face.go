package nodeagent

import (
	"log/slog"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/component"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/oper"
	"oneswitch/internal/syslog"
	"oneswitch/inventory"
	"oneswitch/nodeagent/mgmt"
)

// openFace builds the management server from the schema and the handlers.
func openFace(f bootstrap.File, m *mgmt.Mgmt, book *syslog.Book, c clock.Clock, log *slog.Logger) (face, error) {
	words, err := schema.Load()
	if err != nil {
		return nil, err
	}
	return component.New(component.Config{
		Boot: f, Registry: commands(words, f.Role, m), Intents: m, Identity: m.Identity, Complete: m.Complete,
		Alarms: m.Alarms, Book: book, Clock: c, Log: log,
	})
}

// commands is what can be asked of a member of the role, without what every
// component answers alike.
func commands(words *schema.Schema, role inventory.Role, m *mgmt.Mgmt) *oper.Registry {
	server := schema.ServedByNode
	if role == inventory.RoleInterconnect {
		server = schema.ServedByInterconnect
	}
	r := oper.New(command.NewOperational(words, server))
	m.Register(r)
	return r
}
