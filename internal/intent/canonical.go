package intent

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"

	"oneswitch/inventory"
)

// Stamp names one state of one member: which leader (epoch) made it, which fabric
// revision it belongs to, and what it is (hash). Epoch and revision only grow.
type Stamp struct {
	Epoch    uint64 `xml:"epoch"`
	Revision uint64 `xml:"revision"`
	Hash     string `xml:"hash"` // of the canonical intent, lower-case hexadecimal
}

// Canonical returns a copy with every list in its one order, so that equal wishes
// have equal bytes.
func (in Intent) Canonical() Intent {
	in.Version = Version
	in.XMLName = xml.Name{Space: Namespace, Local: "intent"}
	in.Peers = sorted(in.Peers, func(a, b Peer) int {
		return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Member, b.Member))
	})
	in.Domains = sorted(in.Domains, func(a, b Domain) int { return cmp.Compare(a.ID, b.ID) })
	in.Ports = slices.Clone(sorted(in.Ports, func(a, b Port) int { return a.Port.Compare(b.Port) }))
	for i, p := range in.Ports {
		in.Ports[i].Domains = sorted(p.Domains, cmp.Compare)
	}
	return in
}

// sorted returns the elements in order: the slice itself when they are, nil when there
// are none.
func sorted[T any](s []T, compare func(a, b T) int) []T {
	if len(s) == 0 {
		return nil
	}
	if slices.IsSortedFunc(s, compare) {
		return s
	}
	return slices.SortedFunc(slices.Values(s), compare)
}

// Marshal returns the canonical XML of the intent.
func (in Intent) Marshal() ([]byte, error) {
	out, err := xml.Marshal(in.Canonical())
	if err != nil {
		return nil, fmt.Errorf("encode intent of %s: %w", in.Member, err)
	}
	return out, nil
}

// Hash returns the SHA-256 of the canonical XML in lower-case hexadecimal.
func (in Intent) Hash() (string, error) {
	b, err := in.Marshal()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// Unmarshal reads an intent and checks that it is whole: see Intent.Check.
func Unmarshal(b []byte) (Intent, error) {
	var in Intent
	if err := xml.Unmarshal(b, &in); err != nil {
		return Intent{}, fmt.Errorf("decode intent: %w", err)
	}
	if in.Version < 1 || in.Version > Version {
		return Intent{}, fmt.Errorf("intent of version %d, this member understands 1..%d", in.Version, Version)
	}
	if err := in.Check(); err != nil {
		return Intent{}, err
	}
	return in.Canonical(), nil
}

// Check reports every way in which the intent contradicts itself, joined in one
// error; nil means that a member can carry it out.
func (in Intent) Check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if in.Member == "" {
		bad("intent names no member")
	}
	if in.Role != inventory.RoleNode && in.Role != inventory.RoleInterconnect {
		bad("intent is for the role %s, want %s or %s", in.Role, inventory.RoleNode, inventory.RoleInterconnect)
	}
	domains := make(map[inventory.DomainID]bool, len(in.Domains))
	for _, d := range in.Domains {
		if d.ID == 0 || d.ID > inventory.MaxDomainID {
			bad("domain %q has the number %d, want 1..%d", d.Name, d.ID, inventory.MaxDomainID)
		}
		if domains[d.ID] {
			bad("domain %d stands twice", d.ID)
		}
		domains[d.ID] = true
	}
	ports := make(map[inventory.Port]bool, len(in.Ports))
	for _, p := range in.Ports {
		if ports[p.Port] {
			bad("port %s stands twice", p.Port)
		}
		ports[p.Port] = true
		if err := p.check(domains); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (p Port) check(domains map[inventory.DomainID]bool) error {
	var errs []error
	for _, d := range append(slices.Clone(p.Domains), p.Native) {
		if d != 0 && !domains[d] {
			errs = append(errs, fmt.Errorf("port %s is in domain %d, which the intent does not define", p.Port, d))
		}
	}
	switch {
	case p.Port == inventory.Port{}:
		errs = append(errs, errors.New("a port has no name"))
	case p.Mode == Access && (len(p.Domains) != 1 || p.Native != 0):
		errs = append(errs, fmt.Errorf("access port %s is in %d domains, want exactly one", p.Port, len(p.Domains)))
	case p.Mode != Access && p.Mode != Trunk && p.Mode != NoMode:
		errs = append(errs, fmt.Errorf("port %s has the mode %q, want access, trunk or none", p.Port, p.Mode))
	}
	return errors.Join(errs...)
}
