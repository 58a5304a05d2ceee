package director

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"oneswitch/director/commit"
	"oneswitch/director/compile"
	"oneswitch/director/secret"
	"oneswitch/director/session"
	"oneswitch/director/verdict"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/password"
	"oneswitch/inventory"
)

// storePatience bounds a question to the datastore that no operator waits for.
const storePatience = 2 * time.Second

// snapshot returns the enrolled members under their serial numbers.
func (r *role) snapshot() inventory.Snapshot {
	r.now.Lock()
	defer r.now.Unlock()
	return inventory.NewSnapshot(r.now.members, nil)
}

// aliased returns the enrolled members under the names of the active configuration.
func (r *role) aliased() inventory.Snapshot {
	r.now.Lock()
	defer r.now.Unlock()
	members := slices.Clone(r.now.members)
	for i := range members {
		for _, a := range r.now.settings.Aliases {
			if a.Member == members[i].ID {
				members[i].Alias = a.Name
			}
		}
	}
	return inventory.NewSnapshot(members, nil)
}

// adopt notes the settings of the configuration that is active now.
func (r *role) adopt(s settings.Settings, revision uint64) {
	r.now.Lock()
	r.now.settings, r.now.revision = s, revision
	r.mail.logs.Configure(s.Syslog)
	r.now.Unlock()
	if r.shippedHolds() {
		r.tell(true, shippedText)
	}
}

// refreshMembers reads who is enrolled.
func (r *role) refreshMembers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	members, err := r.db.Members(ctx)
	r.now.Lock()
	defer r.now.Unlock()
	if r.now.store = err == nil; err != nil {
		return err
	}
	r.now.members = members
	return nil
}

// refreshConfiguration makes the newest revision the active configuration. A
// leader has it already, unless it has just become one.
func (r *role) refreshConfiguration(ctx context.Context, writable bool) error {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	if err := r.data.Load(ctx, writable); err != nil {
		return err
	}
	tree, revision := r.data.Active()
	r.now.Lock()
	same, shipped := r.now.revision == revision && revision != 0, r.now.shipped.Password != ""
	r.now.Unlock()
	if !same {
		s, _ := settings.Read(tree, r.snapshot())
		r.adopt(s, revision)
	}
	if !shipped {
		r.readShipped(ctx)
	}
	r.keepCopy(ctx)
	return nil
}

// readShipped remembers the account of the factory configuration, which holds as
// long as no configured user could repair the configuration (see accounts).
func (r *role) readShipped(ctx context.Context) {
	text, err := r.db.Factory(ctx)
	if err != nil {
		return // tried again at the next look
	}
	r.shippedWith(text)
}

// shippedWith takes the account out of the factory configuration.
func (r *role) shippedWith(text string) {
	tree, err := r.data.Parse(text)
	if err != nil {
		return
	}
	s, _ := settings.Read(tree, inventory.Snapshot{})
	for _, u := range s.Login.Users {
		if u.Name == adminUser {
			r.now.Lock()
			r.now.shipped = u
			r.now.Unlock()
		}
	}
}

// ship commits the factory configuration of a fabric that has none.
func (r *role) ship(ctx context.Context) error {
	revs, err := r.db.Revisions(ctx, 1)
	if err != nil || len(revs) > 0 {
		return err
	}
	first, err := secret.Password(r.file.Director.Password)
	if err != nil {
		return err
	}
	encrypted, err := password.Hash(first)
	if err != nil {
		return err
	}
	tree, err := r.data.Parse(factoryText(encrypted))
	if err != nil {
		return fmt.Errorf("factory configuration: %w", err)
	}
	text, err := session.Text(tree)
	if err != nil {
		return err
	}
	out, err := r.driver.Commit(ctx, commit.Change{User: "root", Client: "other", Comment: "factory configuration", At: r.clock.Now(), Config: text}, nil)
	switch {
	case err != nil:
		return fmt.Errorf("commit factory configuration: %w", err)
	case out.Verdict != commit.Committed:
		return fmt.Errorf("commit factory configuration: %s", out.Reason)
	}
	return nil
}

// reconcile sends every member what it shall do when that has changed without the
// configuration: a member has enrolled, or has another address. It is a commit like
// any other, of the same configuration, so members see one order of revisions.
func (r *role) reconcile(ctx context.Context) error {
	if err := r.refreshMembers(ctx); err != nil {
		return err
	}
	return r.data.Recommit(ctx, func(tree conf.Tree, parent uint64) (uint64, error) {
		epoch := r.lease.Epoch()
		if epoch == 0 || r.driver.State().Phase != commit.Ready {
			return 0, errNotReady
		}
		intents, err := r.intents(ctx, tree)
		if err != nil {
			return 0, err
		}
		touched, err := r.touched(intents, changed)
		if err != nil || len(touched) == 0 {
			return 0, err
		}
		again := repeat{parent: parent, comment: r.joined(touched, intents), confirm: r.waits().confirm.Confirm} // what waits to be confirmed waits on
		revision, err := r.again(ctx, tree, touched, again)
		if err != nil {
			return 0, fmt.Errorf("members not told of a change of the inventory: %w", err)
		}
		return revision, nil
	})
}

// intents compiles a configuration that is committed: all its VLANs have numbers, and
// members get none that is not theirs.
func (r *role) intents(ctx context.Context, tree conf.Tree) (compile.Intents, error) {
	domains, err := r.db.Domains(ctx)
	if err != nil {
		return nil, err
	}
	var without []string
	_, intents, problems := r.compiled(tree, func(s settings.Settings, known inventory.Snapshot) inventory.Snapshot {
		numbered := inventory.NewSnapshot(known.Members(), domains)
		without = compile.Unnumbered(s, numbered)
		return numbered
	})
	if len(without) > 0 {
		return nil, fmt.Errorf("VLANs without a number in the datastore: %s", strings.Join(without, ", "))
	}
	if conf.Failed(problems) {
		return nil, fmt.Errorf("active configuration: %s %s", problems[0].Path, problems[0].Text)
	}
	return intents, nil
}

// repeat is why the active configuration is committed once more.
type repeat struct {
	parent   uint64
	user     string // empty: nobody, the fabric itself
	client   string
	comment  string
	confirm  commit.Confirm
	progress func(string)
}

// again commits the active configuration once more and returns the revision.
func (r *role) again(ctx context.Context, tree conf.Tree, touched []commit.Intent, why repeat) (uint64, error) {
	text, err := session.Text(tree)
	if err != nil {
		return 0, err
	}
	change := commit.Change{Parent: why.parent, User: cmp.Or(why.user, "root"), Client: cmp.Or(why.client, session.ClientOther), Comment: why.comment, At: r.clock.Now(), Config: text, Confirm: why.confirm}
	out, err := r.propose(ctx, change, touched, why.progress)
	switch {
	case err != nil:
		return 0, err
	case out.Verdict != commit.Committed:
		return 0, errors.New(out.Reason + verdict.Refusals(out.Refusals, r.names()))
	}
	return out.Revision, nil
}

// errNotReady says that the leader is still reading members or busy: try again.
var errNotReady = errors.New("the leader is not ready")

// joined names the members that were never told anything before.
func (r *role) joined(touched []commit.Intent, intents compile.Intents) string {
	state := r.driver.State()
	var names []string
	for _, t := range touched {
		if m, ok := state.Member(t.Member); !ok || m.Want.Stamp.Revision == 0 {
			names = append(names, intents[t.Member].Name)
		}
	}
	if len(names) == 0 {
		return "inventory changed"
	}
	return "enrolled: " + strings.Join(names, ", ")
}
