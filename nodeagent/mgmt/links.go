package mgmt

import (
	"context"
	"fmt"
	"os"

	"oneswitch/internal/report/screen"
	"oneswitch/internal/syslog"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/engine"
)

// carriers remembers the carrier of every port, to write changes into the log. It
// belongs to the goroutine of Run.
type carriers map[inventory.Port]carrier

type carrier struct {
	up      bool
	changes uint64
}

// note writes a message for each port whose carrier has changed since the last call.
// A port that went and came between two calls is written as both.
func (m *Mgmt) note(ctx context.Context, known carriers) {
	var ports []engine.PortView
	var name string
	var device inventory.DeviceID
	err := m.cfg.Member.View(ctx, func(e *engine.Engine, _ dataplane.Plane) {
		ports, name = e.Ports(), e.Name()
		if in := e.Record().Running; in != nil {
			device = in.Device
		}
	})
	if err != nil || m.cfg.Book == nil {
		return // the agent ends
	}
	for _, v := range ports {
		now := carrier{v.Admin && v.Carrier, v.Changes}
		was, seen := known[v.Port]
		known[v.Port] = now
		if !seen || was == now {
			continue
		}
		if was.up == now.up {
			m.cfg.Book.Add(linkMessage(name, v, !now.up, snmpIndex(device, v.Slot)))
		}
		m.cfg.Book.Add(linkMessage(name, v, now.up, snmpIndex(device, v.Slot)))
	}
}

// linkMessage is what Junos logs of a link that goes or comes.
func linkMessage(name string, v engine.PortView, up bool, index uint32) syslog.Message {
	state := func(up bool) string {
		if up {
			return "up(1)"
		}
		return "down(2)"
	}
	msg := syslog.Message{At: v.Flapped, Host: name, Facility: syslog.Daemon, Severity: syslog.Warning, Process: "mib2d", PID: os.Getpid(), Tag: "SNMP_TRAP_LINK_DOWN"}
	if up {
		msg.Severity, msg.Tag = syslog.Info, "SNMP_TRAP_LINK_UP"
	}
	port := name + ":" + v.Port.String()
	msg.Params = []syslog.Param{{Name: "snmp-interface-index", Value: fmt.Sprint(index)}, {Name: "admin-status", Value: state(v.Admin)},
		{Name: "operational-status", Value: state(up)}, {Name: "interface-name", Value: port}}
	msg.Text = fmt.Sprintf("ifIndex %d, ifAdminStatus %s, ifOperStatus %s, ifName %s", index, state(v.Admin), state(up), port)
	return msg
}

// Alarms names the fabric links of this member that are dead.
func (m *Mgmt) Alarms(ctx context.Context) ([]screen.Alarm, error) {
	s, err := m.look(ctx, false)
	if err != nil {
		return nil, err
	}
	var out []screen.Alarm
	for _, v := range s.ports {
		if !v.Port.IsFabric() || !v.Admin || v.Carrier && !v.Far.OneWay {
			continue
		}
		text := fmt.Sprintf("Fabric link %s is down", v.Port)
		if v.Carrier {
			text = fmt.Sprintf("Fabric link %s is not heard by %s", v.Port, s.memberName(v.Far))
		}
		since := v.Flapped
		if since.IsZero() {
			since = m.started()
		}
		a := screen.NewAlarm(since, screen.Major, text)
		a.Type = "Fabric"
		out = append(out, a)
	}
	return out, nil
}
