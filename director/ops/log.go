package ops

import (
	"context"
	"strings"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
)

// Logs are the log files of the director.
type Logs interface {
	List() ([]screen.LogFile, error)
	// Read returns the text of a file, of a large one the newest lines.
	Read(name string) (string, error)
	// Clear empties a file, and with all forgets the old ones.
	Clear(ctx context.Context, name string, all bool) error
}

// showLog is `show log`: the files, or one of them.
func (o *Operations) showLog(_ context.Context, c oper.Call) (report.Report, error) {
	files, err := o.logs.List()
	if err != nil {
		return nil, err
	}
	name := c.Args.Value("filename")
	if name == "" {
		return screen.LogFiles{Files: files}, nil
	}
	if err := exists(files, name); err != nil {
		return nil, err
	}
	text, err := o.logs.Read(name)
	if err != nil {
		return nil, err
	}
	device := c.Args.Value("node-device") + c.Args.Value("interconnect-device") + c.Args.Value("infrastructure-device") + c.Args.Value("director-device")
	if device != "" {
		text = ofHost(text, device)
	}
	return screen.LogText{Name: name, Lines: text}, nil
}

// ofHost keeps the lines whose host field is a component.
func ofHost(text, host string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		// Month, day, time, host: where the stamp is longer, the host comes later.
		if f := strings.Fields(line); len(f) > 4 && (f[3] == host || f[4] == host) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// clearLog is `clear log`.
func (o *Operations) clearLog(ctx context.Context, c oper.Call) (report.Report, error) {
	files, err := o.logs.List()
	if err != nil {
		return nil, err
	}
	name := c.Args.Value("filename")
	if err := exists(files, name); err != nil {
		return nil, err
	}
	return nil, o.logs.Clear(ctx, name, c.Args.Has("all"))
}

func exists(files []screen.LogFile, name string) error {
	var have []string
	for _, f := range files {
		if f.Name == name {
			return nil
		}
		have = append(have, f.Name)
	}
	return notFound("log file", name, have)
}
