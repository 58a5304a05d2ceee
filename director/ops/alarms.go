package ops

import (
	"context"
	"slices"

	"oneswitch/director/alarm"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

// alarms is `show system alarms`: everything that is wrong with the fabric.
func (o *Operations) alarms(context.Context, oper.Call) (report.Report, error) {
	return alarmScreen(o.fabric.View().Alarms), nil
}

// chassisAlarms is `show chassis alarms`: what is wrong with devices and links.
func (o *Operations) chassisAlarms(_ context.Context, c oper.Call) (report.Report, error) {
	v := o.fabric.View()
	s, _ := selected(c.Args)
	var members []inventory.Member
	if s.name != "" {
		var err error
		if members, err = v.pick(s); err != nil {
			return nil, err
		}
	}
	return alarmScreen(slices.DeleteFunc(slices.Clone(v.Alarms), func(a alarm.Condition) bool {
		about := members == nil || slices.ContainsFunc(members, func(m inventory.Member) bool { return m.ID == a.Member })
		return a.Area == alarm.Configuration || a.Area == alarm.System && a.Member == "" || !about
	})), nil
}

// fabricAlarms is `show chassis fabric alarms`: what is wrong between devices.
func (o *Operations) fabricAlarms(context.Context, oper.Call) (report.Report, error) {
	return alarmScreen(slices.DeleteFunc(slices.Clone(o.fabric.View().Alarms), func(a alarm.Condition) bool { return a.Area != alarm.Fabric })), nil
}

func alarmScreen(alarms []alarm.Condition) screen.Alarms {
	var out []screen.Alarm
	for _, a := range alarms {
		line := screen.NewAlarm(a.Since, string(a.Class), a.Text)
		line.Type = string(a.Area)
		out = append(out, line)
	}
	return screen.NewAlarms(out...)
}
