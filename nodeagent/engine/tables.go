package engine

import (
	"maps"
	"slices"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// rebuild computes the tables anew from all inputs, the FDB left out, and returns
// what differs. It takes that as done; PlaneFailed corrects it.
func (e *Engine) rebuild() fib.Delta {
	var d fib.Delta
	if !e.orphan() {
		have, wish := e.installed, fib.Build(e.inputs())
		have.FDB, wish.FDB = nil, nil
		d = fib.Diff(have, wish)
		e.installed.Patch(d)
		e.evictStrays()
	}
	if e.out.resolve {
		e.resolveAll()
	}
	e.tell()
	if reach := e.reach(); !slices.Equal(e.told.reach, reach) {
		e.told.reach = reach
		e.sendHellos()
	}
	return d
}

func (e *Engine) inputs() fib.Inputs {
	in := fib.Inputs{Intent: e.intent(), Slots: e.ports.slots, Flood: map[inventory.DomainID][]inventory.DeviceID{}}
	in.Intent.Role = e.cfg.Role
	for _, p := range e.sorted() {
		in.Locals = append(in.Locals, e.local(p))
	}
	for id, members := range e.flood {
		for addr := range members {
			if d := e.peers[addr]; d != 0 {
				in.Flood[id] = append(in.Flood[id], d)
			}
		}
	}
	for id, devices := range e.adoption.flood {
		in.Flood[id] = append(in.Flood[id], devices...)
	}
	for id, devices := range in.Flood {
		slices.Sort(devices)
		in.Flood[id] = slices.Compact(devices)
	}
	return in
}

// tell announces what is not a MAC address and subscribes to what is wanted.
func (e *Engine) tell() {
	want, targets := e.wantedRoutes(), e.wantedTargets()
	for _, k := range slices.Sorted(maps.Keys(e.told.routes)) {
		if _, ok := want[k]; !ok {
			e.tellRoute(e.told.routes[k], false)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if e.told.routes[k] != want[k] {
			e.tellRoute(want[k], true)
		}
	}
	e.told.routes = want
	if !slices.Equal(e.told.targets, targets) {
		e.told.targets = targets
		e.emit(Subscribe{targets})
	}
}

// wantedRoutes: a node asks for the flooded frames of its domains, an interconnect
// tells which links it has.
func (e *Engine) wantedRoutes() map[route.Key]route.Route {
	out := map[route.Key]route.Route{}
	add := func(r route.Route) { out[r.Key()] = r }
	if e.transit() {
		for _, p := range e.sorted() {
			if e.usable(p) {
				add(route.Link{NextHop: e.cfg.Address, Device: e.device(), Port: p.Port, Peer: p.far.Device})
			}
		}
		return out
	}
	for id := range e.installed.Domains {
		add(route.Flood{Domain: id, NextHop: e.cfg.Address, TreeLabel: inventory.TreeLabel(id)})
	}
	return out
}

func (e *Engine) wantedTargets() []route.Target {
	out := []route.Target{route.FabricTarget()}
	if e.transit() {
		out = append(out, route.TreeTarget())
	}
	for id := range e.installed.Domains {
		out = append(out, route.DomainTarget(id))
	}
	slices.Sort(out)
	return out
}

// tick does what is due.
func (e *Engine) tick() {
	e.goBack()
	e.probe()
	if !e.now.Before(e.timers.hello) {
		e.timers.hello = e.now.Add(helloInterval)
		for _, p := range e.sorted() {
			e.sendLLDP(p)
		}
		e.sendHellos()
	}
	if aging := e.aging(); aging > 0 && !e.now.Before(e.timers.scan) {
		e.timers.scan = e.now.Add(min(max(aging/10, time.Second), 10*time.Second))
		e.emit(ScanIdle{})
	}
	if !e.timers.retry.IsZero() && !e.now.Before(e.timers.retry) {
		e.timers.retry = time.Time{}
		e.restore()
	}
	if !e.now.Before(e.timers.thaw) {
		e.timers.thaw = e.now.Add(time.Second)
		e.thaw()
		e.settleDown()
	}
}

func (e *Engine) aging() time.Duration { return time.Duration(e.intent().Aging) * time.Second }

// restore compares all that is wanted with what the plane holds.
func (e *Engine) restore() {
	for key := range e.installed.FDB {
		if e.macs.local[key] == nil && len(e.macs.remote[key]) == 0 && e.adoption.synced {
			e.dropEntry(key)
		}
	}
	for key := range e.macs.local {
		e.resolve(key)
	}
	e.out.rebuild, e.out.resolve = true, true
}
