package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

const poison = `{"session":"s","items":[{"text":7}]}`

// A store fails until it is buried, is seen and shown, and takes effect once
// when it is replayed after the cause is gone.
func TestADeadLetterIsReplayedAfterItsCauseIsGone(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	g.broken.Store(true)
	receipt, err := g.Client().Submit(t.Context(), messages.OpStore, messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: "first"}, {ID: "own", Text: "<second>"}}})
	if err != nil {
		t.Fatal(err)
	}
	g.idle(t)
	letters := g.letters(t)
	if len(letters) != 1 || letters[0].ID != receipt.ID || letters[0].Code != messages.CodeUnavailable || letters[0].Attempts != 2 || letters[0].Tenant != "acme" {
		t.Fatalf("letters: %+v", letters)
	}
	show := must(t, g.env, "dead", "show", fmt.Sprint(letters[0].Seq))
	if strings.Contains(show.out, "first") || !strings.Contains(show.out, receipt.ID) || !strings.Contains(show.out, "unavailable: no leader") {
		t.Errorf("shown without its body:\n%s", show.out)
	}
	if show = must(t, g.env, "dead", "show", fmt.Sprint(letters[0].Seq), "--body"); !strings.Contains(show.out, "first") {
		t.Errorf("shown with its body:\n%s", show.out)
	}

	g.broken.Store(false)
	r := mustJSON[replayedLetter](t, g.env, "dead", "replay", fmt.Sprint(letters[0].Seq))
	if r.Was != receipt.ID || r.ID == receipt.ID || r.Seq != letters[0].Seq {
		t.Errorf("replayed %+v", r)
	}
	g.idle(t)
	items := g.items(t, "s")
	if len(items) != 2 || items[0].ID != messages.ItemID(receipt.ID, 0) && items[1].ID != messages.ItemID(receipt.ID, 0) {
		t.Errorf("items after the replay: %+v", items)
	}
	if left := g.letters(t); len(left) != 0 {
		t.Errorf("letters after the replay: %+v", left)
	}
	audits := g.audits(t, messages.AuditReplayed)
	if len(audits) != 1 || audits[0].KeyID != "operator" || audits[0].Was != receipt.ID || audits[0].ID != r.ID || !audits[0].Proved || audits[0].Op != messages.OpStore {
		t.Errorf("the audit has %+v", audits)
	}
}

// A letter whose signature aged days ago is replayed, keeps its time, and a
// second replay of the same does nothing: neither soon after, when the stream
// knows it, nor later, when the ledger alone does.
func TestReplayingTwiceIsOnce(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	at := time.Now().Add(-72 * time.Hour)
	job := g.sign(t, messages.OpStore, `{"session":"s","items":[{"text":"old"}]}`, at)
	for round := range 3 {
		was := g.bury(t, job)
		if round == 2 {
			forget(t, g) // then the ledger alone knows
		}
		must(t, g.env, "dead", "replay", "--all", "--code", "unavailable")
		g.idle(t)
		items := g.items(t, "s")
		if len(items) != 1 || items[0].ID != messages.ItemID(was, 0) || items[0].Time != at.UnixMilli() {
			t.Fatalf("round %d: items %+v", round, items)
		}
		if revision := items[0].Revision; revision != 1 {
			t.Fatalf("round %d: the item was written again, at %d", round, revision)
		}
		if n := len(g.letters(t)); n != 0 {
			t.Fatalf("round %d: %d letters are left", round, n)
		}
	}
}

// Listing leaves no consumer in the server, which would stay for minutes: the
// accounts of deploy/nats allow 64, and dead ls may be run every few seconds.
func TestListingLettersLeavesNoConsumer(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	for letters := range 3 {
		if n := len(g.letters(t)); n != letters {
			t.Fatalf("%d letters are listed, not %d", n, letters)
		}
		s, err := g.js.Stream(t.Context(), "CTX_DEAD")
		if err != nil {
			t.Fatal(err)
		}
		if n := s.CachedInfo().State.Consumers; n != 0 {
			t.Fatalf("%d consumers are left after a list of %d letters", n, letters)
		}
		g.bury(t, g.sign(t, messages.OpStore, poison, time.Now()))
	}
}

// What is replayed and fails again comes back while others are replayed, and is
// not replayed once more: the command would never end.
func TestReplayingAllIsOfTheLettersThatWereThere(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	g.broken.Store(true)
	const letters = 20
	for range letters {
		g.bury(t, g.sign(t, messages.OpStore, `{"session":"s","items":[{"text":"again"}]}`, time.Now()))
	}
	for line := range strings.Lines(must(t, g.env, "dead", "replay", "--all", "--json").out) {
		var r replayedLetter
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Seq > letters {
			t.Errorf("replayed %+v: %v", r, err)
		}
	}
	g.idle(t)
	again := g.letters(t)
	if len(again) != letters || again[0].Seq != letters+1 {
		t.Errorf("%d letters, from %+v; want those %d that came back", len(again), again[0], letters)
	}
}

// forget makes the stream of jobs forget the ids that it was given.
func forget(t *testing.T, g *graveyard) {
	t.Helper()
	s, err := g.js.Stream(t.Context(), "CTX_JOBS")
	if err != nil {
		t.Fatal(err)
	}
	cfg := s.CachedInfo().Config
	cfg.Duplicates = 100 * time.Millisecond
	if _, err := g.js.UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	probe := g.sign(t, messages.OpStats, `{"session":"s"}`, time.Now())
	probe.Header.Set(envelope.HeaderMsgID, probe.Header.Get(envelope.HeaderID))
	taken := 0
	await.That(t, "the stream to take an id a second time", func() bool {
		ack, err := g.js.PublishMsg(t.Context(), probe)
		if err != nil {
			t.Fatal(err)
		}
		if !ack.Duplicate {
			taken++
		}
		return taken == 2
	})
}

// Nobody who could write into the stream of dead letters can have an operator
// sign what no caller asked for; and no key without the grants settles any.
func TestReplayRefusesWhatIsNotProved(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	forged := g.sign(t, messages.OpStore, `{"session":"s","items":[{"text":"honest"}]}`, time.Now())
	forged.Data = []byte(`{"session":"s","items":[{"text":"forged"}]}`)
	g.bury(t, forged)
	o := runLine(g.env, "dead", "replay", "1")
	if o.code != exitFailed || !strings.Contains(o.err, "--unproved") {
		t.Errorf("a forged letter: exit code %d: %s", o.code, o.err)
	}
	caller := g.Key()
	for name, c := range map[string]struct {
		env  []string
		want string
	}{
		"no admin": {slices.Concat(g.env, []string{"CTX_KEY_FILE=" + g.writeKey(t, caller)}), `lacks the grant "admin"`},
		"stranger": {slices.Concat(g.env, []string{"CTX_KEY_FILE=" + g.writeKey(t, envelope.Key{ID: "stranger", Secrets: caller.Secrets})}), "does not hold the key"},
		"no ring":  {g.env[:2], "--keys-file"},
		"audience": {slices.Concat(g.env, []string{"CTX_AUDIENCE=elsewhere"}), "cannot be proved"},
	} {
		for _, command := range []string{"replay", "drop"} {
			if name == "audience" && command == "drop" {
				continue // a drop signs nothing
			}
			o := runLine(c.env, "dead", command, "1")
			if o.code == exitOK || !strings.Contains(o.err, c.want) {
				t.Errorf("%s, %s: exit code %d: %s", name, command, o.code, o.err)
			}
		}
	}
	if ever, _ := g.jobs(t); ever != 0 || len(g.letters(t)) != 1 || len(g.audits(t, messages.AuditReplayed)) != 0 {
		t.Errorf("refused, but %d jobs, %d letters, %d records", ever, len(g.letters(t)), len(g.audits(t, messages.AuditReplayed)))
	}
	must(t, g.env, "dead", "replay", "1", "--unproved")
	g.idle(t)
	if items := g.items(t, "s"); len(items) != 1 || items[0].Text != "forged" {
		t.Errorf("with --unproved: %+v", items)
	}
}

// An operator's key that may not do what the letter wants cannot replay it.
func TestAnOperatorNeedsTheOperationsGrantToo(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	g.bury(t, g.sign(t, messages.OpStore, `{"session":"s","items":[{"text":"x"}]}`, time.Now()))
	limited := envelope.Key{
		ID: "limited", Secrets: []envelope.Secret{envelope.NewSecret([]byte("an operator who may not write"))},
		Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantAdmin, messages.GrantRead},
	}
	env := slices.Concat(g.env, []string{"CTX_KEY_FILE=" + g.writeKey(t, limited), "CTX_KEYS_FILE=" + g.writeRing(t, g.Key(), limited)})
	o := runLine(env, "dead", "replay", "1")
	if o.code != exitFailed || !strings.Contains(o.err, `lacks the grant "write"`) {
		t.Errorf("exit code %d: %s", o.code, o.err)
	}
	if ever, _ := g.jobs(t); ever != 0 || len(g.letters(t)) != 1 {
		t.Errorf("%d jobs, %d letters", ever, len(g.letters(t)))
	}
}

func TestDropRemovesWhatWasNamedAndNothingElse(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	var ids []string
	for _, op := range []messages.Op{messages.OpStore, messages.OpStats, messages.OpStore, messages.OpStats} {
		ids = append(ids, g.bury(t, g.sign(t, op, `{"session":"s"}`, time.Now())))
	}
	must(t, g.env, "dead", "drop", "1")
	if o := runLine(g.env, "dead", "drop", "--all", "--op", "stats"); o.code != exitUsage || !strings.Contains(o.err, "would drop 2 dead letters") {
		t.Errorf("without --yes: exit code %d: %s", o.code, o.err)
	}
	must(t, g.env, "dead", "drop", "--all", "--op", "stats", "--yes")
	if left := g.letters(t); len(left) != 1 || left[0].ID != ids[2] {
		t.Errorf("letters that are left: %+v", left)
	}
	if o := runLine(g.env, "dead", "drop", "1", "3"); o.code != exitFailed || !strings.Contains(o.err, "no dead letter 1") {
		t.Errorf("one that is gone: exit code %d: %s", o.code, o.err)
	}
	if left := g.letters(t); len(left) != 0 {
		t.Errorf("the other was not dropped: %+v", left)
	}
	if n := len(g.audits(t, messages.AuditDropped)); n != 4 {
		t.Errorf("the audit has %d records; want 4", n)
	}
	if ever, _ := g.jobs(t); ever != 0 {
		t.Errorf("%d jobs were submitted", ever)
	}
}

// Poison is buried once each, with its reason, headers and body, while every
// other request of both lanes is done.
func TestPoisonIsBuriedOnceWhileOthersAreServed(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	c := g.Client(func(o *client.Options) { o.Timeout = time.Minute })
	const n = 40
	sent := map[string]bool{}
	var work sync.WaitGroup
	for i := range n {
		m := g.sign(t, messages.OpStore, poison, time.Now())
		sent[m.Header.Get(envelope.HeaderID)] = true
		if _, err := g.js.PublishMsg(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		work.Go(func() {
			item := func(id string) messages.StoreRequest {
				return messages.StoreRequest{Session: "s", Items: []messages.Item{{ID: id, Text: "x"}}}
			}
			if _, err := c.Store(t.Context(), item(fmt.Sprint("ask-", i))); err != nil {
				t.Errorf("an ask beside the poison: %v", err)
			}
			var reply messages.StoreReply
			if err := c.SubmitAndWait(t.Context(), messages.OpStore, item(fmt.Sprint("job-", i)), &reply); err != nil {
				t.Errorf("a job beside the poison: %v", err)
			}
		})
	}
	work.Wait()
	g.idle(t)
	if got := len(g.items(t, "s")); got != 2*n {
		t.Errorf("%d items; want %d", got, 2*n)
	}
	letters := g.letters(t)
	for _, l := range letters {
		if !sent[l.ID] || l.Code != messages.CodeBadJSON || l.Size != len(poison) {
			t.Errorf("a letter that is none, or twice: %+v", l)
		}
		delete(sent, l.ID)
	}
	if len(letters) != n {
		t.Errorf("%d letters for %d messages of poison", len(letters), n)
	}
	// What is still poison comes back as another letter when it is replayed.
	must(t, g.env, "dead", "replay", fmt.Sprint(letters[0].Seq))
	g.idle(t)
	after := g.letters(t)
	if len(after) != n || after[n-1].KeyID != "operator" || after[n-1].Code != messages.CodeBadJSON {
		t.Errorf("after a replay of poison: %d letters", len(after))
	}
	show := must(t, g.env, "dead", "show", fmt.Sprint(after[n-1].Seq), "--body", "--json")
	if !strings.Contains(show.out, `"body":`+poison) || !strings.Contains(show.out, envelope.HeaderSignature) {
		t.Errorf("shown: %s", show.out)
	}
}

// A caller's user has no streams in its account, and may not ask for any: who
// connects as one hears whom these commands are for.
func TestDeadLettersAreForAnOperatorsUser(t *testing.T) {
	t.Parallel()
	for name, configure := range map[string]func(*server.Options){
		"an account without streams": func(o *server.Options) { o.JetStream = false },
		"a user that may not ask": func(o *server.Options) {
			o.Users = []*server.User{{Username: "caller", Password: "pw", Permissions: &server.Permissions{
				Publish: &server.SubjectPermission{Allow: []string{"ctx.v1.ask.acme.*"}},
			}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := natstest.Start(t, func(o *natsd.Options) { o.Configure = configure })
			url := strings.Replace(s.URL(), "nats://", "nats://caller:pw@", 1)
			o := runLine(nil, "dead", "ls", "--nats-url", url, "--timeout", "200ms")
			if o.code != exitFailed || !strings.Contains(o.err, "connect as an operator of the workers' account") {
				t.Errorf("exit code %d\n%s", o.code, o.err)
			}
		})
	}
}

// A replica or a mirror that is behind does not have each letter: that it has
// none proves neither that there is none nor that one was removed.
func TestALetterIsThereThoughAMirrorIsBehind(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	g.broken.Store(true)
	bury := func() {
		if _, err := g.Client().Submit(t.Context(), messages.OpStore, messages.StoreRequest{Session: "s", Items: []messages.Item{{Text: "kept"}}}); err != nil {
			t.Fatal(err)
		}
		g.idle(t)
	}
	bury()
	seq := fmt.Sprint(g.letters(t)[0].Seq)
	join := natstest.Behind(t, g.js, "CTX_DEAD")
	bury()
	join()
	for range 20 { // either may be asked
		must(t, g.env, "dead", "show", seq)
	}
}
