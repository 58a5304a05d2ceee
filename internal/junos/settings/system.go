package settings

import (
	"strings"

	"oneswitch/internal/junos/conf"
)

// system reads host name, accounts and services.
func (r *reader) system(n *conf.Node) {
	r.out.HostName = DefaultHostName
	if name, ok := n.Leaf("host-name"); ok {
		r.out.HostName = name
	}
	login := n.Child("login")
	r.out.Login.Message, _ = login.Leaf("message")
	r.out.Login.Announcement, _ = login.Leaf("announcement")
	for u := range login.Entries("user") {
		r.user(u)
	}
	services := n.Child("services")
	r.out.Services = Services{SSH: true, NETCONF: true}
	if services != nil {
		r.out.Services = Services{SSH: services.Has("ssh"), NETCONF: services.Child("netconf").Has("ssh")}
		if r.out.Services == (Services{}) {
			r.warn("system", "services", "neither 'ssh' nor 'netconf ssh' is among them, so nobody can log in over the network")
		}
	}
}

func (r *reader) user(n *conf.Node) {
	u := User{Name: n.Value()}
	u.FullName, _ = n.Leaf("full-name")
	u.Class, _ = n.Leaf("class")
	auth := n.Child("authentication")
	u.Password, _ = auth.Leaf("encrypted-password")
	at := place("system login user").in(u.Name, "authentication")
	switch {
	case u.Password == "" || strings.HasPrefix(u.Password, "$6$") || strings.HasPrefix(u.Password, "$2"):
	case strings.HasPrefix(u.Password, "$"):
		r.warn(at, "encrypted-password", "hashes of this kind are not compared, so user %s cannot log in with a password; those of SHA-512 begin with $6$", u.Name)
	default:
		r.fail(at, "encrypted-password", "encrypted password is not a hash; those of SHA-512 begin with $6$")
	}
	for _, kind := range []string{"ssh-ed25519", "ssh-rsa"} {
		for k := range auth.Entries(kind) {
			if f := strings.Fields(k.Value()); len(f) < 2 || f[0] != kind {
				r.fail(at, statement(k), "public key is not of the form '%s AAAA... comment'", kind)
				continue
			}
			u.Keys = append(u.Keys, k.Value())
		}
	}
	r.out.Login.Users = append(r.out.Login.Users, u)
}
