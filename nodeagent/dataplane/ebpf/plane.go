package ebpf

import (
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/cilium/ebpf"

	"oneswitch/nodeagent/dataplane"
)

// Options say where a plane lives and how much it holds.
type Options struct {
	Pins string       // directory on a BPF file system, see MountPins
	MACs int          // addresses that must fit; 0 = 131072
	Log  *slog.Logger // tells about adoption and about ports that went away
}

// The FDB is sized so that it is half full with Options.MACs addresses: up to there
// insertions hardly ever move another address.
const (
	defaultMACs = 1 << 17
	maxMACs     = 1 << 21
)

// layout names the layout of the maps. A change in bpf/defs.h that older programs
// would misread gets a new one, and with it a directory of its own.
const layout = "v1"

// Plane is the forwarding plane in the kernel.
type Plane struct {
	log    *slog.Logger
	links  string // directory of the pinned attachments
	objs   *planeObjects
	state  *planeState
	ports  table[planePort]
	vlans  table[planeVlans]
	doms   table[planeDomain]
	trees  table[planeTree]
	nodes  table[planePaths]
	fdb    fdbTable
	echoes table[planeEcho]
	events *eventReader
}

var (
	_ dataplane.Plane  = (*Plane)(nil)
	_ dataplane.Echoes = (*Plane)(nil)
)

// Open adopts the plane whose pins it finds, or sets up an empty one. What was
// forwarding goes on forwarding; programs of another build are exchanged for the
// own ones, each in one step. Only one process may own a plane.
func Open(o Options) (*Plane, error) {
	macs := o.MACs
	if macs == 0 {
		macs = defaultMACs
	}
	if macs < 0 || macs > maxMACs {
		return nil, fmt.Errorf("open plane: room for %d addresses asked, want 1..%d", macs, maxMACs)
	}
	if err := onBPF(o.Pins); err != nil {
		return nil, fmt.Errorf("open plane: %w", err)
	}
	p := &Plane{log: o.Log, links: filepath.Join(o.Pins, layout, "links")}
	if err := os.MkdirAll(p.links, 0o700); err != nil {
		return nil, fmt.Errorf("open plane: %w", err)
	}
	buckets := uint32(1) << bits.Len(uint((2*macs-1)/cells))
	if err := p.open(filepath.Join(o.Pins, layout), buckets); err != nil {
		return nil, errors.Join(fmt.Errorf("open plane at %s: %w", o.Pins, err), p.Close())
	}
	return p, nil
}

func (p *Plane) open(dir string, buckets uint32) (err error) {
	if p.objs, err = load(dir, buckets, p.log); err != nil {
		return err
	}
	if err := p.mapTables(buckets); err != nil {
		return err
	}
	if p.state.Seed == 0 {
		atomic.StoreUint64(&p.state.Seed, rand.Uint64()|1)
	}
	p.fdb.seed = p.state.Seed
	if err := p.adoptLinks(); err != nil {
		return err
	}
	p.events, err = readEvents(p.objs.Events)
	return err
}

func (p *Plane) mapTables(buckets uint32) (err error) {
	state, err := mapTable[planeState](p.objs.State, 1)
	if err != nil {
		return err
	}
	p.state = &state.rows[0]
	if p.ports, err = mapTable[planePort](p.objs.Ports, slotLimit); err != nil {
		return err
	}
	if p.vlans, err = mapTable[planeVlans](p.objs.Vlans, slotLimit); err != nil {
		return err
	}
	if p.doms, err = mapTable[planeDomain](p.objs.Domains, domainLimit); err != nil {
		return err
	}
	if p.trees, err = mapTable[planeTree](p.objs.Trees, domainLimit); err != nil {
		return err
	}
	if p.nodes, err = mapTable[planePaths](p.objs.Nodes, deviceLimit); err != nil {
		return err
	}
	if p.fdb.buckets, err = mapTable[planeFdbBucket](p.objs.Fdb, int(buckets)); err != nil {
		return err
	}
	if p.fdb.ages, err = mapTable[planeAgeBucket](p.objs.Ages, int(buckets)); err != nil {
		return err
	}
	p.echoes, err = mapTable[planeEcho](p.objs.Echoes, slotLimit)
	return err
}

// Close gives up the ownership. The plane goes on forwarding by the tables it has.
func (p *Plane) Close() error {
	var errs []error
	if p.events != nil {
		errs = append(errs, p.events.close())
	}
	errs = append(errs, p.ports.unmap(), p.vlans.unmap(), p.doms.unmap(), p.trees.unmap(),
		p.nodes.unmap(), p.fdb.buckets.unmap(), p.fdb.ages.unmap(), p.echoes.unmap())
	if p.objs != nil {
		errs = append(errs, p.objs.Close())
	}
	return errors.Join(errs...)
}

// Events returns the channel of learnt addresses. It is closed by Close.
func (p *Plane) Events() <-chan dataplane.Event { return p.events.out }

// load puts programs and maps into the kernel, taking pinned maps where they fit.
// Maps of the tables that do not fit are left to the programs that use them and replaced
// by empty ones: their forwarding goes on until the owner has filled the new tables.
func load(dir string, buckets uint32, log *slog.Logger) (*planeObjects, error) {
	spec, err := loadPlane()
	if err != nil {
		return nil, fmt.Errorf("read programs: %w", err)
	}
	spec.Maps["fdb"].MaxEntries = buckets
	spec.Maps["ages"].MaxEntries = buckets
	if err := spec.Variables["fdb_mask"].Set(buckets - 1); err != nil {
		return nil, fmt.Errorf("set fdb_mask: %w", err)
	}
	for name, m := range spec.Maps {
		if pinned(name) {
			m.Pinning = ebpf.PinByName
		}
	}
	if err := renewCounts(dir, spec, log); err != nil {
		return nil, err
	}
	opts := &ebpf.CollectionOptions{Maps: ebpf.MapOptions{PinPath: dir}}
	var objs planeObjects
	err = spec.LoadAndAssign(&objs, opts)
	if errors.Is(err, ebpf.ErrMapIncompatible) {
		log.Warn("tables of another size found: starting with empty ones", "pins", dir, "reason", err)
		if err := unpin(dir, spec); err != nil {
			return nil, err
		}
		err = spec.LoadAndAssign(&objs, opts)
	}
	if err != nil {
		return nil, fmt.Errorf("load programs: %w", err)
	}
	return &objs, nil
}

// pinned says which maps outlive the programs: all but .rodata, which is theirs.
func pinned(name string) bool { return !strings.HasPrefix(name, ".") }

// renewCounts lets maps by which nothing is forwarded begin anew when they have changed,
// as they do with every new drop reason: that is no reason to lose a table.
func renewCounts(dir string, spec *ebpf.CollectionSpec, log *slog.Logger) error {
	for _, name := range []string{"counters", "drops", "meters", "events"} {
		pin := filepath.Join(dir, name)
		m, err := ebpf.LoadPinnedMap(pin, nil)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("open map %s: %w", name, err)
		}
		differs := spec.Maps[name].Compatible(m)
		if err := m.Close(); err != nil {
			return fmt.Errorf("close map %s: %w", name, err)
		}
		if differs == nil {
			continue
		}
		log.Info("counts of another build begin anew", "map", name, "reason", differs)
		if err := os.Remove(pin); err != nil {
			return fmt.Errorf("unpin map: %w", err)
		}
	}
	return nil
}

func unpin(dir string, spec *ebpf.CollectionSpec) error {
	for name := range spec.Maps {
		if !pinned(name) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("unpin map: %w", err)
		}
	}
	return nil
}
