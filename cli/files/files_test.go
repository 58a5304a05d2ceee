package files_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"oneswitch/cli/files"
	"oneswitch/internal/clock"
)

// history is an archive of two configurations.
type history struct{}

func (history) Revisions() ([]files.Revision, error) {
	return []files.Revision{
		{Number: 0, User: "admin", Client: "cli", At: "2026-01-02 03:04:05 UTC", Comment: "new\nvlan"},
		{Number: 1, User: "eve", Client: "netconf", At: "2025-01-02 03:04:05 UTC"},
		{Rescue: true},
	}, nil
}

func (history) Text(r files.Revision) (string, error) {
	if r.Rescue {
		return "rescue;\n", nil
	}
	return "configuration " + r.User + ";\n", nil
}

func directory(t *testing.T) *files.Directory {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	return &files.Directory{Home: home, User: "admin", Archive: history{}, Clock: clock.Real{}}
}

func put(t *testing.T, d *files.Directory, name, text string) {
	t.Helper()
	if err := d.Write(name, text, false); err != nil {
		t.Fatal(err)
	}
}

// TestOwnDirectory: a user's files stay in the user's directory.
func TestOwnDirectory(t *testing.T) {
	t.Parallel()
	d := directory(t)
	secret := filepath.Join(d.Home, "../secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"link": secret, "up": "..", "nowhere": "none", "loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(d.Home, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(d.Home, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		"../secret": files.ErrNotYours, secret: files.ErrNotYours, "link": files.ErrNotYours, "up/secret": files.ErrNotYours,
		"~root/x": files.ErrNotYours, "/etc/passwd": files.ErrNotYours, "~/../secret": files.ErrNotYours,
		"": nil, ".": nil, "a/b": nil, "nowhere": nil, "loop": nil, "pipe": nil, "scp://host/x": nil, "host:x": nil,
	} {
		for what, err := range map[string]error{
			"write": d.Write(name, "text", false), "append": d.Write(name, "text", true),
			"read": func() error { _, err := d.Read(name); return err }(),
		} {
			if err == nil || want != nil && !errors.Is(err, want) {
				t.Errorf("%s %q: %v, want %v", what, name, err, want)
			}
		}
	}
	for _, name := range []string{"plain", "~/tilde", filepath.Join(d.Home, "absolute")} {
		put(t, d, name, "text")
		if text, err := d.Read(name); err != nil || text != "text" {
			t.Errorf("read %q: %q, %v", name, text, err)
		}
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "x" {
		t.Errorf("the file outside is %q, %v", b, err)
	}
	for _, home := range []string{"", "/"} {
		if err := (&files.Directory{Home: home, Clock: clock.Real{}}).Write("plain", "text", false); !errors.Is(err, files.ErrNoHome) {
			t.Errorf("home %q: %v", home, err)
		}
	}
}

// TestWhole: what cannot be written leaves what was there, and nothing beside it.
func TestWhole(t *testing.T) {
	t.Parallel()
	d := directory(t)
	put(t, d, "a", "old\n")
	if err := os.Chmod(d.Home, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(d.Home, 0o700) })
	if os.Geteuid() != 0 { // root may write everywhere
		if err := d.Write("a", "new\n", false); err == nil {
			t.Error("wrote into a directory without rights")
		}
	}
	_ = os.Chmod(d.Home, 0o700)
	if err := d.Write("a", strings.Repeat("x", files.MaxFile), true); err == nil || !strings.Contains(err.Error(), "larger than 32 MB") {
		t.Errorf("append beyond the limit: %v", err)
	}
	if text, err := d.Read("a"); err != nil || text != "old\n" {
		t.Errorf("%q, %v", text, err)
	}
	put(t, d, "b", strings.Repeat("x", files.MaxFile+1))
	if _, err := d.Read("b"); err == nil {
		t.Error("read a file beyond the limit")
	}
	if names := strings.Join(d.Names(""), " "); names != "a b" {
		t.Errorf("names %s", names)
	}
}

// TestShown: the directory has the name that it has on Junos, and its own.
func TestShown(t *testing.T) {
	t.Parallel()
	d := directory(t)
	d.Shown = "/var/home/admin"
	put(t, d, "/var/home/admin/a", "one\n")
	if text, err := d.Read(filepath.Join(d.Home, "a")); err != nil || text != "one\n" {
		t.Errorf("%q, %v", text, err)
	}
	if list, err := d.List("/var/home/admin", files.How{}); err != nil || list != "\n/var/home/admin:\na\n" || d.Working() != "/var/home/admin" {
		t.Errorf("%q, %v, working in %s", list, err, d.Working())
	}
	if _, err := d.Read("/var/home/eve/a"); !errors.Is(err, files.ErrNotYours) {
		t.Errorf("the directory of somebody else: %v", err)
	}
}

func TestVerbs(t *testing.T) {
	t.Parallel()
	d := directory(t)
	if err := os.Mkdir(filepath.Join(d.Home, "dir"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, d, "a", "one\n")
	check := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	check("copy", d.Copy("a", "dir"))
	check("rename", d.Rename("a", "c"))
	check("enter", d.Enter("dir"))
	if text, err := d.Read("a"); err != nil || text != "one\n" {
		t.Errorf("copy in a directory: %q, %v", text, err)
	}
	check("leave", d.Enter("~"))
	list, err := d.List("", files.How{Recursive: true})
	if want := "\n" + d.Home + ":\nc\ndir/\n\n" + d.Home + "/dir:\na\n"; err != nil || list != want {
		t.Errorf("%q, want %q, %v", list, want, err)
	}
	list, err = d.List("c", files.How{Detail: true})
	if err != nil || !strings.Contains(list, "total blocks: 1\n-rw------- 1 admin 4 ") || !strings.HasSuffix(list, " c\ntotal files: 1\n") {
		t.Errorf("%q, %v", list, err)
	}
	for kind, want := range map[string]string{
		files.MD5:    "MD5 (" + d.Home + "/c) = 5bbf5a52328e7439ae6e719dfe712200\n",
		files.SHA1:   "SHA1 (" + d.Home + "/c) = c7059bb19433cc3cabaa6236c83d56668a843dd2\n",
		files.SHA256: "SHA256 (" + d.Home + "/c) = 2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806\n",
	} {
		got, err := d.Checksum(kind, "c")
		if err != nil || got != want {
			t.Errorf("%s: %q, %v", kind, got, err)
		}
	}
	check("delete", d.Delete("c"))
	for what, err := range map[string]error{
		"delete a directory in use": d.Delete("dir"), "delete his own": d.Delete("."), "delete what is gone": d.Delete("c"),
		"enter a file": d.Enter("dir/a"), "rename into the archive": d.Rename("dir/a", "/config/x"),
	} {
		if err == nil {
			t.Errorf("%s: done", what)
		}
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	d := directory(t)
	list, err := d.List("/config/", files.How{})
	if want := "\n/config:\njuniper.conf.gz\njuniper.conf.1.gz\nrescue.conf.gz\n"; err != nil || list != want {
		t.Errorf("%q, %v", list, err)
	}
	list, err = d.List("/config", files.How{Detail: true})
	if err != nil || !strings.Contains(list, "eve") || !strings.Contains(list, "total files: 3") {
		t.Errorf("%q, %v", list, err)
	}
	for name, want := range map[string]string{
		"/config/juniper.conf.gz": "## Last commit: 2026-01-02 03:04:05 UTC by admin\n## Client: cli\n## Comment: new vlan\nconfiguration admin;\n",
		"/config/juniper.conf.1":  "## Last commit: 2025-01-02 03:04:05 UTC by eve\n## Client: netconf\nconfiguration eve;\n",
		"/config/rescue.conf.gz":  "rescue;\n",
	} {
		if text, err := d.Read(name); err != nil || text != want {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if err := d.Copy("/config/juniper.conf.1.gz", "~"); err != nil {
		t.Error(err)
	}
	if text, err := d.Read("juniper.conf.1.gz"); err != nil || !strings.Contains(text, "eve") {
		t.Errorf("%q, %v", text, err)
	}
	for what, err := range map[string]error{
		"write": d.Write("/config/x", "x", false), "delete": d.Delete("/config/juniper.conf.gz"), "rename": d.Rename("/config/rescue.conf.gz", "x"),
	} {
		if !errors.Is(err, files.ErrReadOnly) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, name := range []string{"/config", "/config/none", "/config/../etc/passwd"} {
		if _, err := d.Read(name); err == nil {
			t.Errorf("read %s", name)
		}
	}
	if names := strings.Join(d.Names("/config/j"), " "); !strings.Contains(names, "/config/juniper.conf.1.gz") {
		t.Errorf("names %s", names)
	}
}

func TestPack(t *testing.T) {
	t.Parallel()
	d := directory(t)
	if err := os.Mkdir(filepath.Join(d.Home, "dir"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, d, "dir/a", "one\n")
	put(t, d, "b", "two\n")
	if err := os.Symlink("/etc/passwd", filepath.Join(d.Home, "link")); err != nil {
		t.Fatal(err)
	}
	if err := d.Pack(".", "all", true); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(d.Home, "all.tgz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for r := tar.NewReader(z); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r)
		found[head.Name] = string(b)
	}
	if len(found) != 2 || found["dir/a"] != "one\n" || found["b"] != "two\n" {
		t.Errorf("packed %q", found)
	}
	if err := d.Pack("none", "x", false); err == nil {
		t.Error("packed nothing")
	}
}
