package pipe

import (
	"context"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// Bounds of resolve: a name server that is silent must not hold the screen up.
const (
	resolveTime = 3 * time.Second
	maxResolved = 256
)

// addressPattern finds what may be an address; netip decides.
const addressPattern = `[0-9a-fA-F:]*:[0-9a-fA-F:]+|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+`

// Resolve puts names in place of the addresses in a text. An address without a name
// stays. Unless full names are wanted, a name keeps to the room that the address had,
// so that columns stay columns.
func Resolve(text string, full bool) string {
	ctx, cancel := context.WithTimeout(context.Background(), resolveTime)
	defer cancel()
	known := map[string]string{}
	return regexp.MustCompile(addressPattern).ReplaceAllStringFunc(text, func(found string) string {
		name, ok := known[found]
		if !ok && len(known) < maxResolved && ctx.Err() == nil {
			name = nameOf(ctx, found)
			known[found] = name
		}
		switch {
		case name == "":
			return found
		case full:
			return name
		}
		name += strings.Repeat(" ", max(len(found)-len(name), 0))
		return name[:len(found)]
	})
}

// nameOf asks for the name of an address; empty when it is none or has none.
func nameOf(ctx context.Context, address string) string {
	if _, err := netip.ParseAddr(address); err != nil {
		return ""
	}
	names, err := net.DefaultResolver.LookupAddr(ctx, address)
	if err != nil || len(names) == 0 {
		return ""
	}
	return strings.TrimSuffix(names[0], ".")
}
