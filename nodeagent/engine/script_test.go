package engine

import (
	"flag"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/intent"
	"oneswitch/internal/script"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/hello"
	"oneswitch/nodeagent/lldp"
)

var rewrite = flag.Bool("rewrite", false, "write the real outputs into the scripts")

func TestScripts(t *testing.T) {
	t.Parallel()
	script.Run(t, "testdata/*.txt", *rewrite, func(t *testing.T) func(script.Command) string {
		return (&bench{
			t: t, now: time.Unix(1_000_000, 0), plane: fib.NewTables(), last: map[inventory.Port][]byte{}, lost: map[inventory.Port]bool{},
		}).run
	})
}

// bench plays the whole environment of an engine: journal, plane, reflectors, wires.
type bench struct {
	t     *testing.T
	e     *Engine
	cfg   Config
	now   time.Time
	plane fib.Tables // what a plane would hold
	disk  Record     // what the journal holds
	next  RequestID
	held  *WriteJournal // under way, when the disk is slow
	slow  bool
	quiet bool // no frames in the output
	// The far ends of fabric links: how many hellos they sent, the last one by each
	// port, and which links lose everything.
	hellos uint64
	last   map[inventory.Port][]byte
	lost   map[inventory.Port]bool
}

func (b *bench) run(c script.Command) string {
	verbs := map[string]func(script.Command) string{
		"member": b.member, "boot": b.boot, "port": b.port, "gone": b.gone, "hello": b.hello, "lldp": b.lldp,
		"learn": b.learn, "idle": b.idle, "route": b.route, "synced": b.synced, "tick": b.tick,
		"prepare": b.txn, "commit": b.txn, "abort": b.txn, "disk": b.journal, "tables": b.tables,
		"fail": b.fail, "listed": func(script.Command) string { return b.step(PortsListed{}) },
		"garbage": func(c script.Command) string {
			return b.step(Frame{b.portName(c), append(make([]byte, 12), 0x88, 0xcc, 0xff)})
		},
		"forge": b.forge, "replay": b.replay,
		"silent":  func(c script.Command) string { b.lost[b.portName(c)] = true; return "" },
		"audible": func(c script.Command) string { b.lost[b.portName(c)] = false; return "" },
		"frames":  func(c script.Command) string { b.quiet = c.Has("off"); return "" },
	}
	f, ok := verbs[c.Verb]
	if !ok {
		b.t.Fatalf("line %d: no verb %q", c.Line, c.Verb)
	}
	return f(c)
}

// member says who the engine is; boot starts it, again and again.
func (b *bench) member(c script.Command) string {
	role, err := inventory.ParseRole(c.Value("role", "node-device"))
	b.check(err)
	b.cfg = Config{
		Serial: inventory.MemberID(c.Word(0)), Role: role, Address: b.addr(c.Value("address", "128.0.130.8")),
		Chassis: inventory.MAC{2, 0, 0, 0, 0, 9}, About: "test",
	}
	return ""
}

func (b *bench) boot(c script.Command) string {
	if c.Has("lost-journal") {
		b.disk = Record{}
	}
	b.e = New(b.cfg)
	return b.step(Start{b.disk, b.plane.Clone()})
}

func (b *bench) port(c script.Command) string {
	p := b.portName(c)
	index := b.number(c, "index", int(p.Num)+1)
	mtu := accessMTU
	if p.IsFabric() {
		mtu = fabricMTU
	}
	return b.step(PortChange{
		Port: p, Index: index, MAC: inventory.MAC{2, 0, 0, 0, 1, byte(index)},
		Admin: !c.Has("disabled"), Carrier: !c.Has("down"), MTU: b.number(c, "mtu", mtu),
	})
}

func (b *bench) gone(c script.Command) string { return b.step(PortGone{b.portName(c)}) }

func (b *bench) hello(c script.Command) string {
	role, err := inventory.ParseRole(c.Value("role", "interconnect-device"))
	b.check(err)
	far, err := inventory.ParsePort(c.Value("port", "fte-0/0/0"))
	b.check(err)
	h := hello.Hello{
		Source: inventory.MAC{2, 0, 0, 0, 2, byte(b.number(c, "device", 0))}, Serial: inventory.MemberID(c.Value("serial", "IC")),
		Device: inventory.DeviceID(b.number(c, "device", 0)), Role: role, Port: far, Heard: inventory.DeviceID(b.number(c, "heard", 3)),
	}
	for _, s := range strings.FieldsFunc(c.Value("reach", ""), func(r rune) bool { return r == ',' }) {
		n, err := strconv.Atoi(s)
		b.check(err)
		h.Reach = append(h.Reach, inventory.DeviceID(n))
	}
	p := b.portName(c)
	b.hellos++
	h.Count = hello.Count{Life: uint64(b.number(c, "life", 1)), Number: b.hellos}
	if !c.Has("deaf") {
		h.Echo = b.e.ports.byName[p].said.own
	}
	f, err := h.Seal(b.cfg.Key)
	b.check(err)
	b.last[p] = f
	return b.step(Frame{p, f})
}

// forge sends the last hello of a port again, sealed by somebody who has not the key.
func (b *bench) forge(c script.Command) string {
	h, err := hello.Open(b.last[b.portName(c)], b.cfg.Key)
	b.check(err)
	h.Count.Number += 1000
	h.Reach = nil
	f, err := h.Seal(hello.Key{1})
	b.check(err)
	return b.step(Frame{b.portName(c), f})
}

// replay sends the last hello that came in at a port once more, perhaps by another one.
func (b *bench) replay(c script.Command) string {
	to, err := inventory.ParsePort(c.Value("to", b.portName(c).String()))
	b.check(err)
	return b.step(Frame{to, b.last[b.portName(c)]})
}

func (b *bench) lldp(c script.Command) string {
	pdu := lldp.PDU{Chassis: lldp.ID{Subtype: 7, Value: c.Value("chassis", "host")}, Port: lldp.ID{Subtype: 7, Value: "eth0"}, TTL: 120}
	return b.step(Frame{b.portName(c), pdu.Marshal(lldp.MAC{2, 0, 0, 0, 3, 1})})
}

func (b *bench) learn(c script.Command) string {
	return b.step(Learned{fib.Learn{
		Port: b.e.ports.slots[b.portName(c)], Domain: inventory.DomainID(b.number(c, "domain", 1)), MAC: b.mac(c),
	}})
}

func (b *bench) idle(c script.Command) string {
	d, err := time.ParseDuration(c.Value("for", "0s"))
	b.check(err)
	return b.step(Idle{[]Silence{{fib.MACKey{Domain: inventory.DomainID(b.number(c, "domain", 1)), MAC: b.mac(c)}, d}}})
}

// route takes one route a line: (add|remove) (mac|flood|link) key=value...
func (b *bench) route(c script.Command) string {
	var ev Routes
	for _, line := range strings.Split(strings.TrimSpace(c.Body), "\n") {
		words := strings.Fields(line)
		l := script.Command{Line: c.Line}
		for _, w := range words {
			k, v, _ := strings.Cut(w, "=")
			l.Args = append(l.Args, script.Arg{Key: k, Value: v})
		}
		via, domain := b.addr(l.Value("via", "")), inventory.DomainID(b.number(l, "domain", 1))
		var r route.Route
		switch l.Word(1) {
		case "mac":
			r = route.MAC{
				Domain: domain, MAC: b.mac(l), NextHop: via, PortLabel: inventory.Label(b.number(l, "label", 17)),
				Seq: uint32(b.number(l, "seq", 0)), Sticky: l.Has("sticky"),
			}
		case "flood":
			r = route.Flood{Domain: domain, NextHop: via, TreeLabel: inventory.TreeLabel(domain)}
		default:
			b.t.Fatalf("line %d: route %q", c.Line, line)
		}
		if l.Word(0) == "add" {
			ev.Changed = append(ev.Changed, r)
		} else {
			ev.Removed = append(ev.Removed, r)
		}
	}
	return b.step(ev)
}

func (b *bench) synced(script.Command) string { return b.step(Synced{b.addr("128.0.128.6")}) }

// tick lets time pass in steps of 25 ms.
func (b *bench) tick(c script.Command) string {
	d, err := time.ParseDuration(c.Value("for", "100ms"))
	b.check(err)
	var out strings.Builder
	for end := b.now.Add(d); b.now.Before(end); {
		b.now = b.now.Add(25 * time.Millisecond)
		out.WriteString(b.step(Tick{}))
	}
	return out.String()
}

// txn is one RPC of a leader; the body of prepare and commit is the intent.
func (b *bench) txn(c script.Command) string {
	verb := map[string]txn.Verb{"prepare": txn.Prepare, "commit": txn.Commit, "abort": txn.Abort}[c.Verb]
	r := txn.Request{Verb: verb, Txn: c.Value("txn", "t"+c.Value("rev", "1")), Intent: c.Body != ""}
	r.Stamp = intent.Stamp{Epoch: uint64(b.number(c, "epoch", 1)), Revision: uint64(b.number(c, "rev", 1)), Hash: "h" + c.Value("rev", "1")}
	within, err := time.ParseDuration(c.Value("within", "0s"))
	b.check(err)
	ev := Request{Txn: r, Within: within}
	if b.next++; true {
		ev.ID = b.next
	}
	if r.Intent {
		in := b.intent(c.Body)
		ev.Intent = &in
	}
	return b.step(ev)
}

// intent reads lines such as: device 3, peer 3 N0 node-device 128.0.130.8,
// domain 10 v10 10, port xe-0/0/1 trunk native=1 domains=10,20 disable, aging 300.
func (b *bench) intent(body string) intent.Intent {
	in := intent.Intent{Member: b.cfg.Serial, Role: b.cfg.Role, Aging: 300}
	for _, line := range strings.Split(strings.TrimSpace(body), "\n") {
		w := strings.Fields(line)
		n := func(i int) int { v, err := strconv.Atoi(w[i]); b.check(err); return v }
		switch w[0] {
		case "name":
			in.Name = w[1]
		case "device":
			in.Device = inventory.DeviceID(n(1))
		case "aging":
			in.Aging = uint32(n(1))
		case "peer":
			role, err := inventory.ParseRole(w[3])
			b.check(err)
			in.Peers = append(in.Peers, intent.Peer{Device: inventory.DeviceID(n(1)), Member: inventory.MemberID(w[2]), Role: role, Address: b.addr(w[4])})
		case "domain":
			in.Domains = append(in.Domains, intent.Domain{ID: inventory.DomainID(n(1)), Name: w[2], Tag: inventory.VLANID(n(3))})
		case "port":
			in.Ports = append(in.Ports, b.intentPort(w[1:]))
		}
	}
	b.check(in.Check())
	return in.Canonical()
}

func (b *bench) intentPort(w []string) intent.Port {
	name, err := inventory.ParsePort(w[0])
	b.check(err)
	p := intent.Port{Port: name, Mode: intent.PortMode(w[1])}
	for _, s := range w[2:] {
		k, v, _ := strings.Cut(s, "=")
		for _, d := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' }) {
			n, err := strconv.Atoi(d)
			b.check(err)
			switch k {
			case "native":
				p.Native = inventory.DomainID(n)
			case "domains":
				p.Domains = append(p.Domains, inventory.DomainID(n))
			case "mtu":
				p.MTU = uint16(n)
			}
		}
		p.Disable = p.Disable || k == "disable"
	}
	return p
}

// journal makes the disk slow, lets it finish, or lets it fail.
func (b *bench) journal(c script.Command) string {
	switch c.Word(0) {
	case "slow":
		b.slow = true
		return ""
	case "fast":
		b.slow = false
	}
	if b.held == nil {
		return ""
	}
	w := *b.held
	b.held = nil
	if c.Word(0) == "full" {
		return b.step(Journaled{w.Seq, fmt.Errorf("no space left on device")})
	}
	b.disk = w.Record
	return b.step(Journaled{Seq: w.Seq})
}

// fail pretends that the plane lost what the last delta did.
func (b *bench) fail(script.Command) string {
	b.plane.FDB = map[fib.MACKey]fib.Entry{}
	return b.step(PlaneFailed{fmt.Errorf("map is full"), b.plane.Clone()})
}

func (b *bench) step(ev Event) string {
	var out strings.Builder
	var probes []Send
	for _, f := range b.e.Step(b.now, ev) {
		if s, ok := f.(Send); ok && hello.IsProbe(s.Frame) {
			probes = append(probes, s)
			continue
		}
		out.WriteString(b.effect(f))
	}
	for _, s := range probes {
		if !b.lost[s.Port] {
			out.WriteString(b.step(echoOf(b.e, s)))
		}
	}
	if w := b.held; w != nil && !b.slow {
		b.held, b.disk = nil, w.Record
		out.WriteString(b.step(Journaled{Seq: w.Seq}))
	}
	return out.String()
}

// echoOf is what comes of a probe: the far end's plane sends it back, ours notes it.
func echoOf(e *Engine, s Send) Echoed {
	slot := e.ports.slots[s.Port]
	t := fib.NewTables()
	t.Ports[slot] = fib.Port{Name: inventory.Port{Kind: inventory.KindFTE}, MAC: inventory.MAC{2, 7}}
	answer := t.Lookup(slot, s.Frame).Out[0].Frame
	return Echoed{map[fib.Slot]fib.Echo{slot: t.Lookup(slot, answer).Echo}}
}

func (b *bench) effect(f Effect) string {
	switch f := f.(type) {
	case Apply:
		b.plane.Patch(f.Delta)
		return b.delta(f.Delta)
	case WriteJournal:
		b.held = &f
		s := f.Record.State
		return fmt.Sprintf("journal epoch=%d running=%d held=%q\n", s.Epoch, s.Running.Revision, s.Held.Txn)
	case SetPort:
		return fmt.Sprintf("set %s up=%v mtu=%d\n", f.Port, f.Up, f.MTU)
	case Announce:
		return list("announce", f.Routes)
	case Withdraw:
		return list("withdraw", f.Routes)
	case Subscribe:
		return fmt.Sprintf("subscribe %v\n", f.Targets)
	case Reply:
		return fmt.Sprintf("reply %d %v\n", f.ID, f.Err)
	case Send:
		return b.sent(f)
	case Log:
		level := "info"
		if f.Warn {
			level = "WARN"
		}
		return fmt.Sprintf("%s %s %v\n", level, f.Text, f.Args)
	}
	return strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", f), "engine.")) + "\n"
}

func (b *bench) sent(s Send) string {
	if b.quiet {
		return ""
	}
	if h, err := hello.Open(s.Frame, b.cfg.Key); err == nil {
		return fmt.Sprintf("send %s hello device=%d heard=%d reach=%v\n", s.Port, h.Device, h.Heard, h.Reach)
	}
	p, err := lldp.Parse(s.Frame)
	b.check(err)
	return fmt.Sprintf("send %s lldp %s %s\n", s.Port, p.SystemName, p.PortText())
}

func list(verb string, routes []route.Route) string {
	var out strings.Builder
	for _, r := range routes {
		fmt.Fprintf(&out, "%s %v", verb, r)
		if m, ok := r.(route.MAC); ok {
			fmt.Fprintf(&out, " label=%d seq=%d", m.PortLabel, m.Seq)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func (b *bench) delta(d fib.Delta) string {
	var lines []string
	if d.Self != nil {
		lines = append(lines, fmt.Sprintf("apply self %+v", *d.Self))
	}
	lines = append(lines, change("ports", d.Ports, func(p fib.Port) string {
		text := fmt.Sprintf("%s,up=%v,peer=%d", p.Name, p.Up, p.Peer)
		if p.Trunk {
			text += ",trunk"
		}
		if p.Departed {
			text += ",departed"
		}
		return text
	})...)
	lines = append(lines, change("vlans", d.VLANs, func(v inventory.DomainID) string { return fmt.Sprint(v) })...)
	lines = append(lines, change("domains", d.Domains, func(v fib.Domain) string {
		return fmt.Sprintf("tag=%d,untagged=%v,tagged=%v", v.Tag, slots(v.Untagged), slots(v.Tagged))
	})...)
	lines = append(lines, change("trees", d.Trees, func(v fib.Tree) string { return fmt.Sprintf("up=%v,down=%v", paths(v.Up), slots(v.Down)) })...)
	lines = append(lines, change("nodes", d.Nodes, func(v fib.Paths) string { return paths(v) })...)
	lines = append(lines, change("fdb", d.FDB, func(v fib.Entry) string { return fmt.Sprintf("%d:%d", v.Device, v.Label) })...)
	return strings.Join(append(lines, ""), "\n")
}

func change[K, V comparable](name string, c fib.Change[K, V], show func(V) string) []string {
	var out []string
	for k, v := range c.Set {
		out = append(out, fmt.Sprintf("apply %s %v = %s", name, k, show(v)))
	}
	for _, k := range c.Delete {
		out = append(out, fmt.Sprintf("apply %s %v removed", name, k))
	}
	slices.Sort(out)
	return out
}

func slots(s fib.PortSet) []fib.Slot { return slices.Collect(s.Slots()) }

func paths(p fib.Paths) string {
	set := map[fib.Slot]bool{}
	for _, path := range p {
		set[path.Primary] = true
	}
	return fmt.Sprint(slices.Sorted(maps.Keys(set)))
}

func (b *bench) tables(script.Command) string { return b.delta(fib.Diff(fib.NewTables(), b.plane)) }

func (b *bench) portName(c script.Command) inventory.Port {
	p, err := inventory.ParsePort(c.Word(0))
	b.check(err)
	return p
}

func (b *bench) mac(c script.Command) inventory.MAC {
	m, err := inventory.ParseMAC("02:00:00:00:00:" + c.Value("mac", "01"))
	b.check(err)
	return m
}

func (b *bench) number(c script.Command, key string, otherwise int) int {
	n, err := strconv.Atoi(c.Value(key, strconv.Itoa(otherwise)))
	b.check(err)
	return n
}

func (b *bench) addr(s string) netip.Addr {
	a, err := netip.ParseAddr(s)
	b.check(err)
	return a
}

func (b *bench) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}
