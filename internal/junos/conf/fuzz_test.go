package conf_test

import (
	"testing"

	"oneswitch/internal/junos/conf"
)

// fuzzFormat feeds a parser. What it takes must print to something that it takes
// again as the same tree, in every format.
func fuzzFormat(f *testing.F, format conf.Format, seeds ...string) {
	s := loadSchema(f)
	sampleTree := parse(f, s, conf.Text, sample)
	f.Add([]byte(printed(f, sampleTree, nil, conf.Style{Format: format})))
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		tree, problems := conf.New(s).Load(conf.Request{Action: conf.LoadReplace, Format: format, Source: source})
		if conf.Failed(problems) {
			return
		}
		for _, out := range []conf.Format{conf.Text, conf.Lines, conf.XML, conf.JSON} {
			text := printed(t, tree, nil, conf.Style{Format: out})
			back := parse(t, s, out, text)
			if back.Hash() != tree.Hash() {
				t.Errorf("format %d:\n%s", out, text)
			}
		}
	})
}

func FuzzText(f *testing.F) {
	fuzzFormat(f, conf.Text, "vlans { inactive: v10 { vlan-id 10; } replace: v20; }", `/* c */ system { host-name "x"; } # end`,
		"interfaces { Node0:xe-0/0/1 { unit 0 { family ethernet-switching { vlan { members [ a b ]; } } } } }",
		"fabric { aliases { node-device A B; node-device { C { D; } } } }", "}}{{;;", `"\`,
		"policy-options { policy-statement p { term a { from { route-filter 10/8 exact; inactive: route-filter 10/8 upto /24 accept; } /* two\nlines */ then { accept; reject; } } } }",
		"routing-options { static { protect: route 0/0 next-hop [ 10.0.0.1 10.0.0.2 ]; route 10/8 { discard; reject; } } }")
}

func FuzzLines(f *testing.F) {
	fuzzFormat(f, conf.Lines, "edit vlans\nset v10 vlan-id 10\nup\nset system host-name x\ntop\ndelete vlans", "rename vlans a to b",
		"set fabric resources node-group A node-device [ x y ]\ninsert fabric resources node-group A node-device y before node-device x",
		"annotate vlans \"x\"\nprotect vlans",
		"set policy-options policy-statement p from route-filter 10/8 upto /24 accept\nrename policy-options policy-statement p from route-filter 10/8 upto /24 to 0/0 exact",
		"set class-of-service schedulers s drop-profile-map loss-priority high protocol any drop-profile d\nset firewall filter f term t then accept\nset firewall filter f term t then discard")
}

func FuzzXML(f *testing.F) {
	fuzzFormat(f, conf.XML, `<configuration><vlans><vlan operation="create"><name>a</name></vlan></vlans></configuration>`,
		`<configuration><policy-options><policy-statement><name>p</name><from><route-filter><address>10/8</address><upto>/24</upto><accept/></route-filter><route-filter><address>0/0</address><choice-ident>exact</choice-ident><choice-value/></route-filter></from><then><accept/><reject/></then></policy-statement></policy-options></configuration>`,
		`<rpc><configuration><system><junos:comment>/* c */</junos:comment><host-name inactive="inactive">x</host-name></system></configuration></rpc>`)
}

func FuzzJSON(f *testing.F) {
	fuzzFormat(f, conf.JSON, `{"configuration":{"@vlans":{"inactive":true},"vlans":{"vlan":[{"name":"a","vlan-id":"10"}]}}}`,
		`{"policy-options":{"policy-statement":[{"name":"p","from":{"route-filter":[{"address":"10.0.0.0/8","choice-ident":"orlonger","choice-value":""}]},"then":{"accept":[null],"reject":[null]}}]}}`,
		`{"system":{"services":{"ssh":[null]},"@host-name":[null,{"comment":"x"}],"host-name":"h"}}`, `[[[[`)
}

// FuzzCommand types at the prompt: any line is refused or changes the tree, and what
// it changes, diff finds.
func FuzzCommand(f *testing.F) {
	for _, seed := range []string{"set vlans v10 vlan-id 10", "delete interfaces", "rename vlans v10 to v11", "set policy-options policy-statement p from prefix-list-filter l orlonger", "set interfaces Node0:xe-0/0/1 enable", "annotate system \"x\"",
		`set system login message "a \n b"`, "insert vlans v10 before v20", "copy vlans v10 to v11",
		"wildcard delete vlans v.*", "wildcard range set vlans v[1-3,!2] vlan-id 9", "replace pattern v(1) with w\\1& upto 2", "set groups g vlans <*> vlan-id 7", "set interfaces Node0:xe-0/0/1 u 0 f e v m [ a b ]"} {
		f.Add(seed)
	}
	s := loadSchema(f)
	base := parse(f, s, conf.Text, sample)
	f.Fuzz(func(t *testing.T, line string) {
		edits, _ := conf.ParseLine(s.Config(), nil, line)
		next, problems := base.Apply(edits)
		if conf.Failed(problems) && next.Root() != base.Root() {
			t.Error("changed in spite of an error")
		}
		back, problems := base.Apply(conf.Diff(base, next))
		if conf.Failed(problems) || back.Hash() != next.Hash() {
			t.Errorf("diff does not lead there: %v", sayAll(problems))
		}
	})
}

// FuzzPatch feeds the reader of patches: what it takes leads to a tree that prints
// and is read again.
func FuzzPatch(f *testing.F) {
	for _, seed := range []string{"[edit vlans]\n-  v10 {\n-      vlan-id 10;\n-  }\n+  v30;\n!   inactive: v20 { ... }\n", "[edit]\n+ system { host-name x; }",
		"[edit bogus]\n-", "[edit firewall family inet filter f]\n     term a { ... }\n+    /* new */\n+    term b {\n+        then accept;\n+    }\n!    term c { ... }\n",
		"[edit vlans]\n-   /* old */\n+   /* two\n+lines */\n    v10 { ... }\n", "+ vlans { v1 { vlan-id 1; } }", "[edit vlans]\n! protect: v10;\n- v10;"} {
		f.Add([]byte(seed))
	}
	s := loadSchema(f)
	base := parse(f, s, conf.Text, sample)
	f.Fuzz(func(t *testing.T, source []byte) {
		next, problems := base.Load(conf.Request{Action: conf.LoadPatch, Source: source})
		if conf.Failed(problems) {
			if next.Root() != base.Root() {
				t.Error("changed in spite of an error")
			}
			return
		}
		if text := printed(t, next, nil, conf.Style{}); parse(t, s, conf.Text, text).Hash() != next.Hash() {
			t.Errorf("printed as\n%s", text)
		}
		patch := conf.Compare(base, next, nil) // what the change is leads there again
		back, problems := base.Load(conf.Request{Action: conf.LoadPatch, Source: []byte(patch)})
		if back.Hash() != next.Hash() && !(conf.Failed(problems) && problems[0].Code == conf.Protected) {
			t.Errorf("patch %q: %v\n%s", source, sayAll(problems), patch)
		}
	})
}
