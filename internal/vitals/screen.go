package vitals

import (
	"fmt"
	"strings"
	"time"

	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
)

// Screen returns `show system processes` in a style.
func (v Vitals) Screen(style string, now time.Time) screen.Processes {
	r := screen.Processes{Style: style, Now: report.At(now)}
	var load []string
	for _, l := range v.Load {
		load = append(load, fmt.Sprintf("%.2f", l))
	}
	r.Load = strings.Join(load, ",  ")
	if v.TotalKB > 0 {
		r.Memory, r.Free = screen.Octets(v.TotalKB<<10), screen.Octets(v.FreeKB<<10)
	}
	for _, p := range v.Processes {
		r.Process = append(r.Process, screen.Process{PID: p.PID, State: p.State, Memory: screen.Octets(p.RSSKB << 10), Command: p.Command,
			CPU: screen.CPUTime(time.Duration(p.CPU * float64(time.Second)))})
	}
	return r
}
