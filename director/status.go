package director

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net"
	"net/netip"
	"time"

	"oneswitch/director/ops"
	"oneswitch/internal/netconf"
)

// Directors ask one another how they fare over the same SSH and NETCONF that
// everybody uses, as user fabric with the fabric key.

// statusPatience bounds the question to another director.
const statusPatience = time.Second

// statusName is the operation that one director asks another.
const statusName = "director-status"

// directorStatus is question and answer. The answer is JSON: no operator sees it.
type directorStatus struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 director-status"`
	JSON    string   `xml:",chardata"`
}

// own returns how this director fares.
func (r *role) own() ops.Director {
	connected := 0
	for _, m := range r.fleet.Members() {
		if m.Connected {
			connected++
		}
	}
	r.now.Lock()
	defer r.now.Unlock()
	return ops.Director{
		Name: string(r.file.Serial), Address: r.file.Address.Addr().String(), Online: true, Master: r.leads(), Started: r.started.Unix(),
		Virtual: holdsAddress(r.file.Director.Virtual.Addr()), Store: r.now.store, Members: connected, Vitals: r.now.vitals,
	}
}

// holdsAddress reports whether an interface of this machine has the address.
func holdsAddress(a netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, x := range addrs {
		if p, err := netip.ParsePrefix(x.String()); err == nil && p.Addr() == a {
			return true
		}
	}
	return a.IsLoopback() // a lab without namespaces: every loopback address is here
}

// measure takes a reading for the next who asks.
func (r *role) measure() {
	r.now.Lock()
	meter := r.now.meter
	r.now.Unlock()
	v := meter.Read("/", r.file.State)
	if len(v.Disks) == 2 && v.Disks[0].Size == v.Disks[1].Size && v.Disks[0].Used == v.Disks[1].Used {
		v.Disks = v.Disks[:1] // the state lives on the root file system
	}
	r.now.Lock()
	defer r.now.Unlock()
	r.now.vitals = v
}

// Directors asks all directors at once. One that does not answer is offline.
func (r *role) Directors(ctx context.Context) []ops.Director {
	group := r.group()
	out := make([]ops.Director, len(group))
	answered := make(chan struct{}, len(out))
	for i, m := range group {
		go func() {
			defer func() { answered <- struct{}{} }()
			if m.Address == r.file.Address.Addr() {
				out[i] = r.own()
				return
			}
			d, err := r.askDirector(ctx, m.Address)
			if err != nil {
				d = ops.Director{Name: string(m.ID), Address: m.Address.String()}
			}
			out[i] = d
		}()
	}
	for range out {
		<-answered
	}
	return out
}

func (r *role) askDirector(ctx context.Context, address netip.Addr) (ops.Director, error) {
	ctx, cancel := context.WithTimeout(ctx, statusPatience)
	defer cancel()
	question, err := xml.Marshal(directorStatus{})
	if err != nil {
		return ops.Director{}, err
	}
	reply, err := r.others().Director(address).Call(ctx, question)
	if err == nil {
		err = reply.Err()
	}
	if err != nil {
		return ops.Director{}, err
	}
	var answer directorStatus
	if err := decode(reply.Body, &answer); err != nil {
		return ops.Director{}, err
	}
	var d ops.Director
	if err := json.Unmarshal([]byte(answer.JSON), &d); err != nil {
		return ops.Director{}, fmt.Errorf("read status: %w", err)
	}
	return d, nil
}

// status answers another director.
func (r *role) status() (netconf.Reply, error) {
	text, err := json.Marshal(r.own())
	if err != nil {
		return netconf.Reply{}, err
	}
	return encode(directorStatus{JSON: string(text)})
}

func encode(v any) (netconf.Reply, error) {
	b, err := xml.Marshal(v)
	if err != nil {
		return netconf.Reply{}, fmt.Errorf("encode reply: %w", err)
	}
	return netconf.Reply{Body: b}, nil
}

func decode(b []byte, v any) error {
	if err := xml.Unmarshal(b, v); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}

// parseOperation reads the name and the attributes of an operation element.
func parseOperation(b []byte) (netconf.Operation, error) {
	dec := xml.NewDecoder(bytes.NewReader(b))
	for {
		tok, err := dec.Token()
		if err != nil {
			return netconf.Operation{}, fmt.Errorf("read operation: %w", err)
		}
		if start, ok := tok.(xml.StartElement); ok {
			return netconf.Operation{Name: start.Name, Attrs: start.Attr, XML: b}, nil
		}
	}
}
