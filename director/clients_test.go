package director

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"oneswitch/inventory"
)

// ncclientScript is what automation does around every change (northbound.md 3.1):
// open, read, lock, load, validate, compare, commit, unlock, and give up.
const ncclientScript = `
import sys
from ncclient import manager
from ncclient.operations import RPCError
from ncclient.xml_ import to_ele
host, password = sys.argv[1:3]
def connect():
    return manager.connect(host=host, port=2830, username="admin", password=password, hostkey_verify=False,
                           allow_agent=False, look_for_keys=False, timeout=30, device_params={"name": "junos"})
with connect() as m:
    assert any("junos" in c for c in m.server_capabilities), list(m.server_capabilities)
    assert ":candidate" in m.server_capabilities and ":validate" in m.server_capabilities
    r = m.get_configuration(format="text")
    assert "host-name oneswitch" in r.tostring.decode(), r.tostring
    r = m.get_config(source="running")
    assert r.xpath("//configuration/system/host-name")[0].text == "oneswitch", r.tostring
    m.lock("candidate")
    with connect() as other:
        try:
            other.lock("candidate")
            raise SystemExit("locked twice")
        except RPCError as e:
            assert "locked" in str(e), str(e)
    m.load_configuration(action="set", config=["set vlans v10 vlan-id 10", "set vlans v10 description \"Z\u00fcrich\""])
    m.load_configuration(format="xml", config=to_ele("<vlans><vlan><name>v20</name><vlan-id>20</vlan-id></vlan></vlans>"))
    m.load_configuration(format="text", config="vlans { v30 { vlan-id 30; } }")
    try:
        m.load_configuration(format="text", config="vlans { v40 { vlan-id 99999; } }")
        raise SystemExit("a bad vlan-id was taken")
    except RPCError as e:
        assert "99999" in str(e), str(e)
    r = m.compare_configuration()
    diff = r.xpath("//configuration-output")[0].text
    assert "v10" in diff and "v20" in diff and "v30" in diff and "v40" not in diff, diff
    m.validate()
    m.commit()
    assert m.compare_configuration().xpath("//configuration-output")[0].text == "\n", "no difference must be one line feed"
    m.unlock("candidate")
    r = m.get_configuration(format="set")
    assert "set vlans v20 vlan-id 20" in r.tostring.decode(), r.tostring
    m.edit_config(target="candidate", config="<config><configuration><vlans><vlan operation='delete'><name>v30</name></vlan></vlans></configuration></config>")
    assert "v30" in m.compare_configuration().xpath("//configuration-output")[0].text
    m.discard_changes()
    assert m.compare_configuration().xpath("//configuration-output")[0].text == "\n"
    r = m.command("show vlans", format="xml")
    assert [v.text for v in r.xpath("//vlan/vlan-name")] == ["default", "v10", "v20", "v30"], r.tostring
    r = m.command("show version", format="text")
    assert "Junos: " in r.xpath("//output")[0].text
    m.rollback(1)
    assert "v10" in m.compare_configuration().xpath("//configuration-output")[0].text
    m.discard_changes()
    try:
        m.command("show nonsense")
        raise SystemExit("nonsense was answered")
    except RPCError as e:
        assert "syntax error" in str(e), str(e)
print("done")
`

// pyezScript is a Junos engineer's first script.
const pyezScript = `
import sys
from jnpr.junos import Device
from jnpr.junos.utils.config import Config
from jnpr.junos.exception import ConfigLoadError, CommitError, LockError, ConnectAuthError
host, password = sys.argv[1:3]
try:
    Device(host=host, user="admin", password="wrong", port=2830, look_for_keys=False, allow_agent=False).open()
    raise SystemExit("a wrong password was taken")
except ConnectAuthError:
    pass
dev = Device(host=host, user="admin", password=password, port=2830, look_for_keys=False, allow_agent=False)
dev.open()
f = dev.facts
assert f["hostname"] == "oneswitch", f["hostname"]
assert f["model"] == "QFX3000-G", f["model"]
assert f["version"] == "24.1R1.1", f["version"]
assert f["personality"] == "SWITCH", f["personality"]
assert not f["vc_capable"], f["vc_capable"]
for name in f: f[name]
with Config(dev) as cu:
    cu.lock()
    other = Device(host=host, user="admin", password=password, port=2830, gather_facts=False, look_for_keys=False, allow_agent=False)
    other.open()
    try:
        Config(other).lock()
        raise SystemExit("locked twice")
    except LockError:
        pass
    other.close()
    assert cu.diff() is None, cu.diff()
    cu.load("set vlans v50 vlan-id 50", format="set")
    cu.load("vlans { v60 { vlan-id 60; } }", format="text", merge=True)
    cu.load("<configuration><vlans><vlan><name>v70</name><vlan-id>70</vlan-id></vlan></vlans></configuration>", format="xml", merge=True)
    d = cu.diff()
    assert "v50" in d and "v60" in d and "v70" in d, d
    try:
        cu.load("set vlans v80 vlan-id 80000", format="set")
        raise SystemExit("a bad vlan-id was taken")
    except ConfigLoadError as e:
        assert "80000" in str(e), str(e)
    cu.load("delete vlans nothing", format="set", ignore_warning="statement not found")
    assert cu.commit_check()
    assert cu.commit(comment="by PyEZ")
    assert cu.diff() is None
    cu.unlock()
    cu.load("set interfaces NODE:xe-0/0/0 unit 0 family ethernet-switching vlan members nowhere".replace("NODE", sys.argv[3]), format="set")
    try:
        cu.commit()
        raise SystemExit("an unknown vlan was committed")
    except CommitError as e:
        assert "nowhere" in str(e), str(e)
    cu.rollback(0)
    assert cu.diff() is None
    cu.rollback(1)
    assert "v50" in cu.diff()
    cu.rollback(0)
with Config(dev, mode="private") as cu:
    cu.load("set vlans v90 vlan-id 90", format="set")
    assert "v90" in cu.diff()
    cu.commit()
with Config(dev, mode="exclusive") as cu:
    cu.load("delete vlans v90", format="set")
    cu.commit()
text = dev.cli("show configuration vlans", warning=False)
assert "v70" in text and "v90" not in text, text
vlans = dev.rpc.get_vlan_information()
assert "v50" in [v.text.strip() for v in vlans.findall(".//vlan-name")]
conf = dev.rpc.get_config(filter_xml="<vlans><vlan><name>v60</name></vlan></vlans>")
assert conf.findtext(".//vlan-id") == "60"
dev.close()
print("done")
`

// python runs a script as an operator would.
func (l *lab) python(what, script string, args ...string) {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/usr/bin/python3", append([]string{"-W", "ignore", "-c", script}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "done") {
		l.Errorf("%s: %v (apt-get install python3-ncclient python3-junos-eznc)\n%s", what, err, out)
	}
}

func TestNCClient(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	l.dial(2)
	l.python("ncclient", ncclientScript, l.at(2).String(), l.password())
}

func TestPyEZ(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	l.member("P1377-C", inventory.RoleNode, 8)
	c := l.dial(2)
	l.configured(c, "P1377-C")
	l.python("PyEZ", pyezScript, l.at(2).String(), l.password(), "P1377-C")
}
