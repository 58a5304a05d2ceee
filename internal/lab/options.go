package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
)

// Options are what a user asks of `oneswitch up`. The struct tags are the
// command line (kong); the fixed part is DESIGN section 1.
type Options struct {
	State         string `help:"Directory for everything that the fabric keeps." type:"path" default:"${state}"`
	Nodes         int    `help:"Number of node devices." default:"4"`
	Interconnects int    `help:"Number of interconnect devices." default:"2"`
	HostsPerNode  int    `help:"Test hosts on each node." default:"2"`
	SSH           string `name:"ssh" help:"Where the shell answers." default:"127.0.0.1:2222"`
	NETCONF       string `name:"netconf" help:"Where NETCONF answers." default:"127.0.0.1:2830"`
	SNMP          string `name:"snmp" help:"Where SNMP will answer (reserved: no agent yet)." default:"127.0.0.1:2161"`
	Web           string `help:"Where the web view will answer (reserved: none yet)." default:"127.0.0.1:2080"`
	DB            string `name:"db" help:"Store of the directors; the embedded one when empty." placeholder:"mysql://user:password@host/name"`
	Plane         string `help:"Forwarding plane: ebpf (root, Linux) or memory." enum:"ebpf,memory" default:"ebpf"`
	Foreground    bool   `help:"Stay in the foreground; Ctrl-C takes the fabric down."`
}

// Limits of a lab on one machine.
const (
	maxNodes         = 64
	maxInterconnects = 8
	maxHostsPerNode  = 48
)

func (o Options) memory() bool { return o.Plane == "memory" }

// check reports every option that is out of range, with the range.
func (o Options) check() error {
	var errs []error
	in := func(flag string, v, low, high int) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("--%s %d is not in %d..%d", flag, v, low, high))
		}
	}
	in("nodes", o.Nodes, 1, maxNodes)
	in("interconnects", o.Interconnects, 1, maxInterconnects)
	in("hosts-per-node", o.HostsPerNode, 0, maxHostsPerNode)
	for flag, addr := range map[string]string{"ssh": o.SSH, "netconf": o.NETCONF} {
		if _, err := netip.ParseAddrPort(addr); err != nil {
			errs = append(errs, fmt.Errorf("--%s %q is not address:port, such as 127.0.0.1:2222", flag, addr))
		}
	}
	if o.DB != "" {
		if _, _, _, err := databaseHosts(o.DB); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// DefaultState is the state directory when the user names none.
func DefaultState() string {
	if os.Geteuid() == 0 {
		return "/var/lib/oneswitch/lab"
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "state", "oneswitch")
	}
	return filepath.Join(os.TempDir(), "oneswitch")
}

// ID names the lab of a state directory in the kernel's global name spaces: two
// labs on one machine never meet.
func ID(state string) string {
	abs, err := filepath.Abs(state)
	if err != nil {
		abs = state
	}
	sum := sha256.Sum256([]byte(abs))
	return "os" + hex.EncodeToString(sum[:3])
}

// Namespace is the name of a component's network namespace.
func Namespace(state, component string) string { return ID(state) + "-" + component }

// controlNamespace holds the control-plane bridge and the lab's port forwards.
const controlNamespace = "ctl"

// paths inside the state directory.
func dirOf(state, component string) string { return filepath.Join(state, component) }
func logOf(state, component string) string { return filepath.Join(state, "log", component+".log") }

// BootstrapPath is where a component's bootstrap file is.
func BootstrapPath(state, component string) string {
	return filepath.Join(state, component, "bootstrap.json")
}
func statusFile(state string) string        { return filepath.Join(state, "run", "status.json") }
func holdOf(state, component string) string { return filepath.Join(state, "run", component+".hold") }
func optionsFile(state string) string       { return filepath.Join(state, "lab.json") }
func pinsOf(state, component string) string { return filepath.Join(state, component, "bpf") }
func embeddedStore(state string) string     { return filepath.Join(state, "fabric.db") }
func fabricKey(state string) string         { return filepath.Join(state, "fabric_key") }
func fabricSecret(state string) string      { return filepath.Join(state, "fabric_secret") }

// PasswordFile holds the password of the user admin, mode 0600.
func PasswordFile(state string) string { return filepath.Join(state, "admin.password") }
