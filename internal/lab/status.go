package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"oneswitch/internal/lab/process"
	"oneswitch/internal/report"
)

// Status is what the supervisor says of the lab; `lab status --json` prints it.
type Status struct {
	State      string          `json:"state"`      // the state directory
	Supervisor int             `json:"supervisor"` // process id, 0 when none runs
	Processes  []ProcessStatus `json:"processes"`
}

// ProcessStatus is the state of one role process.
type ProcessStatus = process.Status

// ErrNotRunning means that no supervisor runs on the state directory.
var ErrNotRunning = errors.New("no fabric is running here")

// ReadStatus reads what the supervisor wrote last and checks that it lives. A
// supervisor that is gone is ErrNotRunning.
func ReadStatus(state string) (Status, error) {
	s, err := readStatusFile(state)
	if err != nil {
		return s, err
	}
	if s.Supervisor == 0 || syscall.Kill(s.Supervisor, 0) != nil || zombie(s.Supervisor) {
		return s, fmt.Errorf("state directory %s: %w", state, ErrNotRunning)
	}
	return s, nil
}

func readStatusFile(state string) (Status, error) {
	var s Status
	b, err := os.ReadFile(statusFile(state))
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("state directory %s: %w", state, ErrNotRunning)
	}
	if err != nil {
		return s, fmt.Errorf("read lab status: %w", err)
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("read lab status %s: %w", statusFile(state), err)
	}
	return s, nil
}

// writeJSON replaces the file at path in one step, so that a reader never sees
// half of it.
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", filepath.Base(path), err)
	}
	tmp := path + ".new"
	if err := os.WriteFile(tmp, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// loadOptions returns the options that the lab in the state directory was made
// with.
func loadOptions(state string) (Options, error) {
	var o Options
	b, err := os.ReadFile(optionsFile(state))
	if err != nil {
		return o, fmt.Errorf("read lab options: %w", err)
	}
	if err := json.Unmarshal(b, &o); err != nil {
		return o, fmt.Errorf("read lab options %s: %w", optionsFile(state), err)
	}
	o.State = state
	return o, nil
}

// Text prints the processes as a table.
func (s Status) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{{Title: "Component"}, {Title: "Role"}, {Title: "PID", Right: true},
		{Title: "Restarts", Right: true}, {Title: "Since"}, {Title: "Last exit"}}}
	for _, p := range s.Processes {
		t.Rows = append(t.Rows, []string{p.Name, p.Role, strconv.Itoa(p.PID), strconv.Itoa(p.Restarts),
			p.Since.Format(time.TimeOnly), p.LastExit})
	}
	w.Table(t)
}
