package archtest

// row is what one package may import of ours, and which foreign modules.
type row struct {
	ours    string // space-separated paths below the module; a trailing /... takes all below
	foreign string // space-separated module path prefixes; the standard library is always allowed
}

// table is the import table of DESIGN section 4. A package that is not in it
// fails the test: add its row first.
func table() map[string]row {
	return map[string]row{
		"":          {"cli director fabricctl nodeagent internal/lab internal/bootstrap", "github.com/alecthomas/kong"},
		"inventory": {"", ""},

		"inventory/topology": {"inventory", ""},
		"inventory/store":    {"inventory internal/intent director/commit director/lease internal/clock", "modernc.org/sqlite github.com/go-sql-driver/mysql"},

		"internal/bootstrap":           {"inventory", ""},
		"internal/clock":               {"", ""},
		"internal/component":           {"inventory internal/bootstrap internal/clock internal/echo internal/intent internal/netconf internal/oper internal/report internal/report/screen internal/rpc internal/sshnet internal/syslog internal/vitals internal/junos/schema internal/junos/command internal/txn", ""},
		"internal/durable":             {"", ""},
		"internal/echo":                {"internal/clock internal/oper internal/report/screen", ""},
		"internal/docgen":              {"internal/junos/command internal/junos/schema", ""},
		"internal/docgen/write":        {"internal/docgen internal/junos/schema", ""},
		"internal/intent":              {"inventory", ""},
		"internal/junos/command":       {"internal/junos/schema internal/junos/conf internal/junos/own internal/junos/token internal/junos/withheld internal/report", ""},
		"internal/junos/check":         {"internal/junos/conf internal/junos/schema internal/junos/xpath", ""},
		"internal/junos/conf":          {"internal/junos/schema internal/junos/edit internal/junos/tree", ""},
		"internal/junos/conf/conftest": {"internal/junos/conf internal/junos/schema", ""},
		"internal/junos/edit":          {"internal/junos/schema", ""},
		"internal/junos/inherit":       {"internal/junos/conf internal/junos/schema", ""},
		"internal/junos/own":           {"internal/junos/schema", ""},
		"internal/junos/schema":        {"inventory internal/junos/xpath", "github.com/openconfig/goyang"},
		"internal/junos/settings":      {"internal/junos/check internal/junos/conf internal/junos/inherit internal/junos/schema inventory internal/syslog", ""},
		"internal/junos/subtree":       {"internal/junos/conf internal/junos/edit", ""},
		"internal/junos/tree":          {"internal/junos/schema", ""},
		"internal/junos/xpath":         {"", ""},
		"internal/junos/token":         {"", ""},
		"internal/junos/topic":         {"internal/junos/command internal/junos/conf internal/junos/schema internal/junos/withheld", ""},
		"internal/junos/withheld":      {"internal/junos/conf internal/junos/schema", ""},
		"internal/e2e":                 {"", ""},
		"internal/fabrictest":          {"", ""},
		"internal/lab/echo":            {"internal/echo internal/lab/wiring", ""},
		"internal/lab/host":            {"inventory", ""},
		"internal/lab/process":         {"internal/lab/wiring", "golang.org/x/sys"},
		"internal/lab":                 {"inventory internal/bootstrap internal/lab/echo internal/lab/host internal/lab/process internal/lab/wiring nodeagent/dataplane/memory internal/netconf internal/report internal/rpc internal/sshnet", ""},
		"internal/lab/wiring":          {"inventory", "github.com/vishvananda/netlink github.com/vishvananda/netns golang.org/x/sys"},
		"internal/netconf":             {"", "github.com/Juniper/go-netconf"},
		"internal/netconf/netconftest": {"internal/netconf", ""},
		"internal/oper":                {"internal/junos/schema internal/junos/command internal/report internal/netconf internal/rpc inventory", ""},
		"internal/report":              {"", ""},
		"internal/report/screen":       {"internal/report inventory", ""},
		"internal/rpc":                 {"internal/netconf internal/intent internal/junos/withheld internal/report internal/syslog inventory", ""},
		"internal/script":              {"", ""},
		"internal/sshnet":              {"internal/clock internal/durable", "golang.org/x/crypto github.com/gliderlabs/ssh github.com/creack/pty golang.org/x/term golang.org/x/sys"},
		"internal/syslog":              {"internal/report", ""},
		"internal/vitals":              {"internal/report internal/report/screen", "golang.org/x/sys"},
		"internal/txn":                 {"internal/intent inventory", ""},

		"fabricctl":           {"fabricctl/... inventory internal/bootstrap internal/clock internal/component internal/durable internal/oper internal/report internal/report/screen internal/junos/schema internal/junos/command internal/rpc", ""},
		"fabricctl/bgp":       {"fabricctl/route internal/clock", "github.com/osrg/gobgp/v4/pkg/packet/bgp golang.org/x/sys"},
		"fabricctl/guard":     {"fabricctl/route fabricctl/bgp inventory", ""},
		"fabricctl/reflector": {"fabricctl/route fabricctl/guard fabricctl/bgp inventory internal/clock", ""},
		"fabricctl/route":     {"inventory", ""},
		"fabricctl/speaker":   {"fabricctl/route fabricctl/guard fabricctl/bgp inventory internal/clock", ""},
		"fabricctl/view":      {"fabricctl/route inventory internal/report internal/report/screen", ""},

		"nodeagent":                       {"nodeagent/... fabricctl/bgp fabricctl/route fabricctl/speaker inventory internal/bootstrap internal/clock internal/component internal/intent internal/oper internal/report internal/report/screen internal/rpc internal/txn internal/junos/schema internal/junos/command internal/syslog", ""},
		"nodeagent/dataplane":             {"nodeagent/fib inventory", ""},
		"nodeagent/dataplane/memory":      {"nodeagent/dataplane nodeagent/fib inventory internal/clock", ""},
		"nodeagent/dataplane/conformance": {"nodeagent/dataplane nodeagent/fib inventory internal/intent", ""},
		"nodeagent/dataplane/ebpf":        {"nodeagent/dataplane nodeagent/fib inventory", "github.com/cilium/ebpf golang.org/x/sys"},
		"nodeagent/engine":                {"nodeagent/fib nodeagent/lldp nodeagent/hello fabricctl/route internal/intent internal/txn inventory", ""},
		"nodeagent/fib":                   {"internal/intent fabricctl/route inventory", ""},
		"nodeagent/hello":                 {"inventory", ""},
		"nodeagent/journal":               {"internal/intent internal/txn inventory", ""},
		"nodeagent/lldp":                  {"inventory", "github.com/gopacket/gopacket"},
		"nodeagent/mgmt":                  {"nodeagent/engine nodeagent/fib nodeagent/lldp nodeagent/dataplane nodeagent/netdev fabricctl/speaker fabricctl/route fabricctl/view internal/intent internal/netconf internal/oper internal/report internal/report/screen internal/rpc internal/txn inventory internal/clock internal/syslog", ""},
		"nodeagent/netdev":                {"inventory", "github.com/vishvananda/netlink golang.org/x/sys"},

		"director":            {"director/... fabricctl/route inventory inventory/store inventory/topology internal/bootstrap internal/clock internal/intent internal/junos/... internal/netconf internal/oper internal/password internal/report internal/report/screen internal/rpc internal/sshnet internal/syslog internal/vitals", "golang.org/x/crypto golang.org/x/sys"},
		"director/alarm":      {"inventory inventory/topology", ""},
		"director/health":     {"director/alarm director/fleet director/ops internal/clock internal/report/screen internal/rpc internal/syslog inventory inventory/topology", ""},
		"director/journal":    {"director/alarm director/health internal/clock internal/sshnet internal/syslog inventory/store", ""},
		"director/logs":       {"internal/clock internal/junos/settings internal/report/screen internal/syslog", ""},
		"director/peers":      {"director/fleet director/ops internal/netconf internal/rpc internal/sshnet inventory", ""},
		"director/record":     {"internal/junos/schema internal/netconf internal/rpc internal/syslog", ""},
		"director/chassis":    {"director/ops inventory internal/clock internal/junos/command internal/junos/schema internal/netconf internal/oper internal/report internal/report/screen internal/vitals", ""},
		"director/commit":     {"internal/intent internal/txn inventory", ""},
		"internal/password":   {"", "golang.org/x/crypto"},
		"director/account":    {"internal/password director/permission internal/junos/settings internal/rpc internal/sshnet", ""},
		"director/archive":    {"director/session inventory/store", ""},
		"director/custody":    {"internal/clock", ""},
		"director/lastknown":  {"director/secret inventory", ""},
		"director/secret":     {"internal/durable internal/password internal/sshnet", ""},
		"director/verdict":    {"director/commit director/session internal/junos/conf inventory", ""},
		"director/compile":    {"internal/junos/settings internal/intent inventory inventory/topology", ""},
		"director/fleet":      {"director/commit inventory internal/clock internal/intent internal/netconf internal/rpc internal/sshnet internal/txn", ""},
		"director/lease":      {"internal/clock", ""},
		"director/moment":     {"internal/clock", ""},
		"director/permission": {"internal/junos/conf internal/junos/schema internal/junos/withheld", ""},
		"director/northbound": {"director/notice director/permission director/session director/ops internal/junos/... internal/netconf internal/oper internal/report internal/rpc", ""},
		"director/notice":     {"internal/clock", ""},
		"director/ops":        {"director/alarm inventory inventory/topology internal/echo internal/vitals internal/clock internal/junos/conf internal/junos/schema internal/oper internal/report internal/report/screen internal/rpc", ""},
		"director/session":    {"internal/junos/... internal/report inventory internal/clock", ""},
		"director/vip":        {"internal/clock", "github.com/vishvananda/netlink golang.org/x/sys"},

		"cli":         {"cli/... internal/clock internal/junos/... internal/netconf internal/password internal/report internal/rpc", "golang.org/x/term"},
		"cli/fault":   {"internal/netconf", ""},
		"cli/files":   {"internal/clock internal/report", ""},
		"cli/help":    {"internal/junos/command internal/junos/conf internal/junos/schema internal/junos/topic internal/junos/withheld internal/report internal/syslog", ""},
		"cli/history": {"internal/junos/command internal/junos/conf internal/junos/schema", ""},
		"cli/line":    {"cli/pager internal/clock", "github.com/c-bata/go-prompt golang.org/x/term golang.org/x/sys"},
		"cli/offer":   {"internal/junos/command internal/junos/schema internal/junos/withheld internal/rpc", ""},
		"cli/pager":   {"internal/report", ""},
		"cli/pipe":    {"internal/junos/command internal/junos/conf internal/junos/schema internal/report", ""},
	}
}

// owners names the only packages that may import a foreign library: one
// foreign library, one package.
func owners() map[string]string {
	return map[string]string{
		"github.com/go-sql-driver/mysql": "inventory/store",
		"modernc.org/sqlite":             "inventory/store",
		"github.com/osrg/gobgp":          "fabricctl/bgp",
		"github.com/cilium/ebpf":         "nodeagent/dataplane/ebpf",
		"github.com/vishvananda/netlink": "nodeagent/netdev director/vip internal/lab/wiring",
		"github.com/vishvananda/netns":   "internal/lab/wiring",
		"github.com/openconfig/goyang":   "internal/junos/schema",
		"github.com/Juniper/go-netconf":  "internal/netconf",
		"github.com/gliderlabs/ssh":      "internal/sshnet",
		"github.com/creack/pty":          "internal/sshnet",
		"github.com/c-bata/go-prompt":    "cli/line",
		"github.com/alecthomas/kong":     "",
	}
}

// exceptions lists what is allowed to break a budget, with the reason. It may
// only shrink.
func exceptions() map[string]string {
	return map[string]string{
		"cli/line/parser.go:GetWinSize": "go-prompt's interface demands the name",
	}
}
