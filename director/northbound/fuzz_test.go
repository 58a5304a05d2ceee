package northbound_test

import (
	"context"
	"encoding/xml"
	"testing"

	"oneswitch/internal/netconf"
)

// FuzzOperation sends whatever element a client may think of, as a super-user: the
// face answers each of them, and never with an ok beside an error (trap 5).
func FuzzOperation(f *testing.F) {
	for _, op := range []string{
		`<component-rpc><component>Node0</component><get-vlan-information format="text" xmlns="urn:x"/></component-rpc>`,
		`<load-configuration action="set"><configuration-set>set vlans v10</configuration-set></load-configuration>`,
		`<load-configuration rollback="-1"/>`,
		`<get-configuration path="vlans &quot;"/>`,
		`<command>show configuration | compare rollback 99</command>`,
		`<edit-config><target><candidate/></target><config/></edit-config>`,
	} {
		f.Add(op)
	}
	face := newFace(f, &fake{})
	f.Fuzz(func(t *testing.T, op string) {
		var el struct {
			XMLName xml.Name
			Attrs   []xml.Attr `xml:",any,attr"`
		}
		if xml.Unmarshal([]byte(op), &el) != nil || len(op) > 4096 {
			return // the server's own checks stand in front of the face
		}
		d := face.Open(&netconf.Session{ID: 1, Peer: admin()})
		defer d.Close()
		reply := d.Dispatch(context.Background(), netconf.Operation{Name: el.XMLName, Attrs: el.Attrs, XML: []byte(op)})
		if reply.OK && reply.Err() != nil {
			t.Errorf("%s: an ok beside an error: %v", op, reply.Err())
		}
	})
}
