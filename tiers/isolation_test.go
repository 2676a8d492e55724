package tiers

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/tiers/streams"
)

// hostileIDs are ids that a tenant might choose to reach into another's data.
var hostileIDs = []string{
	"*", ">", ".", "..", "a.b", "a.>", "*.*", "=", "=2A", "=2E", "=m", "=g", "a=", "$KV", "$JS.API", "\u00a0", " ", "a b",
	"KV_ctx_short", "日本", "é", "e\u0301", "\u202e", "a", "A", "-", "_", "a-b", "a_b", "\xff", "\x00", "a\x00", "\r\n",
}

// anyID draws hostile ids, mixtures of them, and arbitrary bytes.
func anyID() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom(hostileIDs),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom(hostileIDs), 1, 4), func(parts []string) string { return strings.Join(parts, "") }),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 12), func(b []byte) string { return string(b) }),
		rapid.StringMatching(`[a-z.*>=]{1,6}`),
	)
}

func anyOwner(name string) func(*rapid.T) messages.Owner {
	return func(t *rapid.T) messages.Owner {
		kind := rapid.SampledFrom([]messages.OwnerKind{messages.SessionOwner, messages.UserOwner}).Draw(t, name+" kind")
		return messages.Owner{Kind: kind, Tenant: anyID().Draw(t, name+" tenant"), ID: anyID().Draw(t, name+" id")}
	}
}

// rootFor is what the keys of an owner's bucket begin with.
func rootFor(o messages.Owner) string {
	names := streams.NamesOf("")
	if o.Kind == messages.UserOwner {
		return streams.RootOf(names.Long)
	}
	return streams.RootOf(names.Short)
}

// Two owners never share a key, a cache entry or a wildcard, whatever their
// tenants and they are called: that is so by how names are made, not by a check.
func TestOwnersNeverMeet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyOwner("a")(t), anyOwner("b")(t)
		if rapid.Bool().Draw(t, "same tenant") {
			b.Tenant = a.Tenant
		}
		if a == b {
			return
		}
		all, others := ownerSubject(rootFor(a), a), ownerSubject(rootFor(b), b) // each is the owner's key in L1 too
		if all == others {
			t.Fatalf("%+v and %+v share %s", a, b, all)
		}
		if server.SubjectsCollide(all, others) {
			t.Fatalf("%s of %+v and %s of %+v overlap", all, a, others, b)
		}
		key := segmentSubject(others, messages.Escape(anyID().Draw(t, "request")))
		if !server.IsValidLiteralSubject(key) {
			t.Fatalf("%s is no key", key)
		}
		if server.SubjectsCollide(all, key) {
			t.Fatalf("%s of %+v matches the key %s of %+v", all, a, key, b)
		}
		if taken := wildcardOf(key); taken != others {
			t.Fatalf("the key %s is taken for one of %s, it is of %s", key, taken, others)
		}
	})
}

// A request's segment is never taken for one that workers write by themselves,
// nor one tenant's lane subject for another's.
func TestNamesOfRequestsAreTheirOwn(t *testing.T) {
	t.Parallel()
	subjects, err := messages.NewSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyID().Draw(t, "a"), anyID().Draw(t, "b")
		if token := messages.Escape(a); strings.HasPrefix(token, mergedPrefix) || strings.HasPrefix(token, evictedPrefix) {
			t.Fatalf("%q is written %s, as what compaction and garbage collection write", a, token)
		}
		if a != b && server.SubjectsCollide(subjects.Ask(a, messages.OpStore), subjects.Ask(b, messages.OpStore)) {
			t.Fatalf("the tenants %q and %q share a subject", a, b)
		}
	})
}

// Should an answer go astray, nothing of it is used: it is asked for anew.
func TestAnAnswerWithAnotherOwnersSegmentsIsNotUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(session("a"), "i", "1")
	w.store(session("b"), "secret", "1")
	other := ownerSubject(w.short.root, session("b"))
	var answers atomic.Int64
	w.divert(w.short, func(m *nats.Msg, forward func([]byte)) {
		if answers.Add(1) == 1 {
			forward([]byte(`{"multi_last":["` + other + `"]}`))
		} else {
			forward(m.Data)
		}
	})
	if _, got := w.see(session("a"), page.Freshness{}); got != "i=1" || answers.Load() != 2 {
		t.Errorf("after %d answers session a has %q", answers.Load(), got)
	}
}
