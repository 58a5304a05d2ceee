package engine

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/intent"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/hello"
)

// Config is who the member is.
type Config struct {
	Serial  inventory.MemberID
	Role    inventory.Role // RoleNode or RoleInterconnect
	Address netip.Addr     // control-plane address, next hop of its routes
	Chassis inventory.MAC  // chassis identifier in LLDP
	About   string         // system description in LLDP
	Key     hello.Key      // seals hellos
	Random  uint64         // differs at every start of the process
}

// Engine is the state of one member.
type Engine struct {
	cfg       Config
	now       time.Time // of the event in hand
	rec       Record
	requests  requests
	ports     ports
	peers     map[netip.Addr]inventory.DeviceID
	macs      macTable
	flood     map[inventory.DomainID]map[netip.Addr]bool // type 3 routes of others
	links     map[route.Key]route.Link                   // the fabric's links, for show
	installed fib.Tables                                 // what the plane holds
	adoption  adoption
	told      told
	timers    timers
	out       step
}

// ports are the ports that are there. A port that left keeps its slot, so that its
// label is the same when it returns.
type ports struct {
	byName map[inventory.Port]*port
	bySlot map[fib.Slot]*port
	slots  fib.Slots
}

// step collects what one event causes.
type step struct {
	effects []Effect // in front of the tables' change
	late    []Effect // behind everything that invites traffic: replies
	send    []Effect // frames, at the end
	rebuild bool     // the tables outside the FDB may have changed
	resolve bool     // every address is to be looked at again
	fdb     map[fib.MACKey]fib.Entry
	gone    map[fib.MACKey]bool
	routes  map[route.Key]utterance // own routes by key; the last word of a step wins
	order   []route.Key
}

// utterance is the last word of a step about one own route.
type utterance struct {
	route    route.Route
	announce bool
}

// timers are the moments at which Tick has something to do.
type timers struct {
	hello time.Time
	scan  time.Time
	thaw  time.Time
	retry time.Time // of the tables after PlaneFailed; zero when all is well
}

// told is what neighbours and reflectors have been told, MAC routes left out.
type told struct {
	routes  map[route.Key]route.Route
	targets []route.Target
	reach   []inventory.DeviceID
}

// New returns the engine of a member that has not started.
func New(cfg Config) *Engine {
	return &Engine{
		cfg:       cfg,
		ports:     ports{map[inventory.Port]*port{}, map[fib.Slot]*port{}, fib.Slots{}},
		peers:     map[netip.Addr]inventory.DeviceID{},
		macs:      newMACTable(),
		flood:     map[inventory.DomainID]map[netip.Addr]bool{},
		links:     map[route.Key]route.Link{},
		installed: fib.NewTables(),
		told:      told{routes: map[route.Key]route.Route{}},
	}
}

// Step takes the event in and returns what is to be done. The time must not go
// back from one call to the next.
func (e *Engine) Step(now time.Time, ev Event) []Effect {
	e.now, e.out = now, step{
		fdb: map[fib.MACKey]fib.Entry{}, gone: map[fib.MACKey]bool{}, routes: map[route.Key]utterance{},
	}
	switch ev := ev.(type) {
	case Start:
		e.start(ev)
	case PortChange:
		e.portChange(ev)
	case PortGone:
		e.portGone(ev.Port)
	case PortsListed:
		e.portsListed()
	case Frame:
		e.frame(ev)
	case Learned:
		e.learned(ev.Learn)
	case Idle:
		e.idle(ev.MACs)
	case Clear:
		e.clear(ev.Keys)
	case Routes:
		e.routes(ev)
	case Synced:
		e.synced(ev.Peer)
	case Request:
		e.request(ev)
	case Journaled:
		e.journaled(ev)
	case PlaneFailed:
		e.planeFailed(ev)
	case Echoed:
		e.echoed(ev.Echoes)
	case Tick:
		e.tick()
	default:
		panic(fmt.Sprintf("engine: event of type %T", ev))
	}
	return e.finish()
}

// finish puts the effects in the order that the package promises.
func (e *Engine) finish() []Effect {
	var tables fib.Delta
	if e.out.rebuild && e.adoption.listed {
		tables = e.rebuild()
	}
	if tables.FDB = e.takeFDB(); !tables.Empty() {
		e.emit(Apply{tables})
	}
	withdraw, announce := e.takeRoutes()
	if len(withdraw) > 0 {
		e.emit(Withdraw{withdraw})
	}
	if len(announce) > 0 {
		e.emit(Announce{announce})
	}
	if e.adoption.listed && !e.adoption.complete {
		e.adoption.complete = true
		e.emit(EndOfRIB{})
	}
	effects := slices.Concat(e.out.effects, e.out.late, e.out.send)
	e.out = step{}
	return effects
}

// takeFDB turns the addresses that changed in this step into a change, and takes it
// as done; PlaneFailed corrects that.
func (e *Engine) takeFDB() fib.Change[fib.MACKey, fib.Entry] {
	c := fib.Change[fib.MACKey, fib.Entry]{Set: e.out.fdb, Delete: sortedKeys(e.out.gone)}
	e.installed.Patch(fib.Delta{FDB: c})
	return c
}

func (e *Engine) takeRoutes() (withdraw, announce []route.Route) {
	for _, k := range e.out.order {
		if r := e.out.routes[k]; r.announce {
			announce = append(announce, r.route)
		} else {
			withdraw = append(withdraw, r.route)
		}
	}
	return withdraw, announce
}

// tellRoute announces or withdraws a route of our own at the end of the step.
func (e *Engine) tellRoute(r route.Route, announce bool) {
	k := r.Key()
	if _, ok := e.out.routes[k]; !ok {
		e.out.order = append(e.out.order, k)
	}
	e.out.routes[k] = utterance{r, announce}
}

func (e *Engine) emit(f Effect) { e.out.effects = append(e.out.effects, f) }

// reply answers a request; what the member did by itself nobody waits for.
func (e *Engine) reply(id RequestID, err error) {
	if id != 0 {
		e.out.late = append(e.out.late, Reply{id, err})
	}
}

func (e *Engine) log(text string, args ...any)  { e.emit(Log{Text: text, Args: args}) }
func (e *Engine) warn(text string, args ...any) { e.emit(Log{Warn: true, Text: text, Args: args}) }

// intent returns the running intent, the zero Intent before the first commit.
func (e *Engine) intent() intent.Intent {
	if e.rec.Running == nil {
		return intent.Intent{}
	}
	return *e.rec.Running
}

// planeFailed takes what the plane really holds as the state to start from. The
// wish is compared with it again a second later: at once would be a busy loop on a
// plane that refuses for a lasting reason.
func (e *Engine) planeFailed(ev PlaneFailed) {
	e.warn("forwarding tables were not written", "error", ev.Err)
	e.installed = ev.Tables
	e.timers.retry = e.now.Add(time.Second)
}

// name is what the user calls this member.
func (e *Engine) name() string {
	if n := e.intent().Name; n != "" {
		return n
	}
	return string(e.cfg.Serial)
}

func (e *Engine) transit() bool { return e.cfg.Role == inventory.RoleInterconnect }

// device is our device id: that of the intent, else the one the plane forwards by.
func (e *Engine) device() inventory.DeviceID {
	if e.rec.Running == nil {
		return e.installed.Self.Device
	}
	return e.rec.Running.Device
}

// orphan reports that the plane forwards by an intent that the journal has lost.
// Nothing is taken from it then until a director repeats the intent.
func (e *Engine) orphan() bool { return e.rec.Running == nil && e.installed.Self.Device != 0 }
