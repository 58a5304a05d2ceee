package lab

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/inventory"
)

// makeFabricKey makes the key pair by which components know their directors.
func makeFabricKey(state string) error {
	if _, err := sshnet.LoadOrCreateKey(fabricKey(state)); err != nil {
		return fmt.Errorf("make fabric key: %w", err)
	}
	return nil
}

// makeFabricSecret makes what members and fabric controls know each other by, unless a
// former run has.
func makeFabricSecret(state string) error {
	if there, err := exists(fabricSecret(state)); err != nil || there {
		return err
	}
	secret := make([]byte, 32)
	rand.Read(secret) // never fails (crypto/rand)
	if err := os.WriteFile(fabricSecret(state), []byte(hex.EncodeToString(secret)+"\n"), 0o600); err != nil {
		return fmt.Errorf("make fabric secret: %w", err)
	}
	return nil
}

// provisioned marks a state directory whose first configuration was committed;
// what the user makes of it afterwards is left alone.
func provisioned(state string) string { return filepath.Join(state, "lab.provisioned") }

// provisionPatience bounds how long directors may take to agree on a leader.
const provisionPatience = 20 * time.Second

// sessionPatience bounds one NETCONF session of the lab.
const sessionPatience = 10 * time.Second

// provision gives the members their aliases at the first start, as an
// administrator would over NETCONF. Directors that do not answer yet are tried
// for a while.
func provision(ctx context.Context, o Options, t Topology) error {
	done, err := exists(provisioned(o.State))
	if err != nil || done {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, provisionPatience)
	defer cancel()
	for {
		err := configure(ctx, o, t)
		if err == nil {
			return os.WriteFile(provisioned(o.State), nil, 0o600)
		}
		// Directors that have just started may have no leader yet, or be about to
		// commit the factory configuration: a refusal now is no verdict.
		if ctx.Err() != nil || hopeless(o.State) {
			return err
		}
		pause(ctx, 100*time.Millisecond)
	}
}

// hopeless reports whether every director has failed to start, twice: what a datastore
// that does not answer needs is a word at once, and no more patience.
func hopeless(state string) bool {
	s, err := readStatusFile(state)
	if err != nil {
		return false
	}
	directors, failed := 0, 0
	for _, p := range s.Processes {
		if p.Role == inventory.RoleDirector.String() {
			if directors++; p.Restarts >= 2 {
				failed++
			}
		}
	}
	return directors > 0 && failed == directors
}

// configure loads and commits the lab's first configuration in one session.
func configure(ctx context.Context, o Options, t Topology) error {
	return manage(ctx, o, func(ctx context.Context, fabric *netconf.Client) error {
		lines := aliases(t)
		for _, request := range []any{
			rpc.LockConfiguration{},
			rpc.LoadConfiguration{Action: "set", Format: "text", Set: &lines},
			rpc.CommitConfiguration{Log: "lab: aliases"},
			rpc.UnlockConfiguration{},
		} {
			if _, err := rpc.Call(ctx, fabric, request); err != nil {
				return err
			}
		}
		return nil
	})
}

// manage logs in over NETCONF as admin and calls f with the session.
func manage(ctx context.Context, o Options, f func(context.Context, *netconf.Client) error) error {
	password, err := os.ReadFile(PasswordFile(o.State))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("no director has taken the lead and made the first configuration")
	}
	if err != nil {
		return fmt.Errorf("read password: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sessionPatience)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", o.NETCONF)
	if err != nil {
		return fmt.Errorf("dial director: %w", err)
	}
	client, err := sshnet.NewClient(ctx, conn, sshnet.ClientConfig{
		User: "admin", Password: strings.TrimSpace(string(password)),
		// The far end is this machine's own forward; its key was made a moment ago.
		HostKey: func(sshnet.PublicKey) error { return nil },
	})
	if err != nil {
		return err
	}
	defer client.Close()
	stream, err := client.Subsystem(ctx, "netconf")
	if err != nil {
		return err
	}
	fabric, err := netconf.NewClient(ctx, stream, netconf.ClientConfig{})
	if err != nil {
		return err
	}
	defer fabric.Close()
	return f(ctx, fabric)
}

// aliases are the set commands that give every physical member its name.
func aliases(t Topology) string {
	var b strings.Builder
	for _, c := range t.Components {
		if c.Role == inventory.RoleNode || c.Role == inventory.RoleInterconnect {
			fmt.Fprintf(&b, "set fabric aliases %s %s %s\n", c.Role, c.Serial, c.Name)
		}
	}
	return b.String()
}
