package inventory

// Label is an MPLS label value, 16..1048575 (RFC 3032 section 2.1). The label
// space is cut into ranges so that a person reading a capture knows what a label
// means; every range but the port range has the same meaning on all members
// (a domain-wide common block, RFC 9573).
type Label uint32

// The ranges. Their widths follow from MaxDeviceID and MaxDomainID.
const (
	// PortLabelFlood in the middle position means every port of the domain.
	PortLabelFlood Label = 16
	// PortLabelFirst..PortLabelLast name one port of the egress node, which
	// allocates them; they mean nothing on another node.
	PortLabelFirst Label = 17
	PortLabelLast  Label = 999
	// NodeLabelBase + device id names a node or node group.
	NodeLabelBase Label = 1000
	// TreeLabelBase + domain id names the replication tree of an L2 domain.
	TreeLabelBase Label = 100000
	// DomainLabelBase + domain id names an L2 domain.
	DomainLabelBase Label = 200000
)

// NodeLabel returns the label that names the node with device id d.
func NodeLabel(d DeviceID) Label { return NodeLabelBase + Label(d) }

// TreeLabel returns the label of the replication tree of domain d.
func TreeLabel(d DomainID) Label { return TreeLabelBase + Label(d) }

// DomainLabel returns the label that names domain d.
func DomainLabel(d DomainID) Label { return DomainLabelBase + Label(d) }

// Device returns the device id behind a node label, and whether l is one.
func (l Label) Device() (DeviceID, bool) {
	d := DeviceID(l - NodeLabelBase)
	return d, l > NodeLabelBase && d <= MaxDeviceID
}

// TreeDomain returns the domain behind a tree label, and whether l is one.
func (l Label) TreeDomain() (DomainID, bool) {
	d := l - TreeLabelBase
	return DomainID(d), l > TreeLabelBase && d <= Label(MaxDomainID)
}

// Domain returns the domain behind a domain label, and whether l is one.
func (l Label) Domain() (DomainID, bool) {
	d := l - DomainLabelBase
	return DomainID(d), l > DomainLabelBase && d <= Label(MaxDomainID)
}
