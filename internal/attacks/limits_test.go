package attacks

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/worker"
)

// Past its rate a key is told so, and for how long, and others are not.
func TestAKeyPastItsRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	for range 2 { // its burst
		wantDone(t, w.ask(w.sign(listing().by("slow"))))
	}
	for _, l := range []letter{listing(), storing("i", "too fast")} {
		a := w.ask(w.sign(l.by("slow")))
		wantRefused(t, a, messages.CodeRateLimited)
		if !a.proved || a.failed.RetryAfterMS <= 0 || a.failed.RetryAfterMS > 2000 || !a.failed.Retryable {
			t.Errorf("proved %t, %+v; want how long to wait, at half a request a second", a.proved, a.failed)
		}
	}
	wantDone(t, w.ask(w.sign(listing())))
	wantTexts(t, w.texts("s"))
}

// Copies of what a caller has sent do not use up its key's rate.
func TestReplaysDoNotUseUpTheKeysRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	m := w.sign(storing("i", "once").by("slow"))
	wantDone(t, w.ask(m))
	for range 10 {
		wantRefused(t, w.ask(captured(m)), messages.CodeReplayed)
	}
	job := w.sign(storing("j", "twice").by("slow").on(messages.LaneJob))
	wantDone(t, w.submit(job))
	for range 10 {
		w.enqueue(captured(job))
	}
	w.drained()
	if n := w.count("jobs_rate_delayed_total"); n != 0 {
		t.Errorf("%v jobs were put off; want none, as half of the key's burst is left for each lane", n)
	}
	wantTexts(t, w.texts("s"), "once", "twice")
}

// Past its count of requests a worker says so at once. Nothing waits in a queue.
func TestMoreRequestsThanAWorkerTakes(t *testing.T) {
	t.Parallel()
	const room, flood = 4, 40
	g := newGate()
	w := newWorld(t, 1, g.option(), rig.Config(func(c *worker.Config) { c.AskInFlight = room }))
	held := w.listen("_INBOX.held.*")
	for range room {
		w.publish(w.sign(toInbox(listing(), "_INBOX.held."+newID(t))))
	}
	g.waitFor(t, room)
	for range flood {
		a := w.ask(w.sign(listing()))
		wantRefused(t, a, messages.CodeOverloaded)
		if a.failed.RetryAfterMS <= 0 || !a.failed.Retryable {
			t.Errorf("%+v; want how long to wait", a.failed)
		}
	}
	if n := w.count("in_flight_requests", "lane", "ask"); n != room {
		t.Errorf("%v requests are being worked on; want %d", n, room)
	}
	g.open()
	for range room {
		if m := w.next(held); m.Header.Get(envelope.HeaderErrorCode) != "" {
			t.Errorf("a request that was taken failed: %s", m.Data)
		}
	}
}

func toInbox(l letter, reply string) letter { l.reply = reply; return l }

// The same by bytes. Headers count, so that a body cannot hide in them.
func TestMoreBytesThanAWorkerTakes(t *testing.T) {
	t.Parallel()
	g := newGate()
	w := newWorld(t, 1, g.option(), rig.Config(func(c *worker.Config) { c.AskInFlightBytes = 12 << 20 }))
	big := listing()
	big.body = padded(`{"session":"s"}`, 9<<20)
	held := w.listen("_INBOX.held.a")
	w.publish(w.sign(toInbox(big, "_INBOX.held.a")))
	g.waitFor(t, 1)
	for range 4 {
		wantRefused(t, w.ask(w.sign(big)), messages.CodeOverloaded)
	}
	if n := w.count("in_flight_bytes", "lane", "ask"); n < 9<<20 || n > 12<<20 {
		t.Errorf("%v bytes are being worked on", n)
	}
	g.open()
	if m := w.next(held); m.Header.Get(envelope.HeaderErrorCode) != "" {
		t.Errorf("the request that was taken failed: %s", m.Data)
	}
}

// Small requests about a large session would fill the memory, though their own
// bytes are few. They are refused past the room for pages, and others are served.
func TestManyReadsOfALargeSession(t *testing.T) {
	t.Parallel()
	g := newGate()
	w := newWorld(t, 1, rig.Config(func(c *worker.Config) { c.PageBytes = 4 << 20 }), g.option())
	theirs := func(op messages.Op, body any) letter {
		return letter{key: "mallory", tenant: attacker, op: op, body: body}
	}
	g.ajar.Store(true) // so much is not stored without a look
	wantDone(t, w.ask(w.sign(theirs(messages.OpStore, messages.StoreRequest{
		Session: "large", Items: []messages.Item{{Text: strings.Repeat("some words ", 120_000)}},
	}))))
	g.ajar.Store(false)
	read := theirs(messages.OpAssemble, messages.AssembleRequest{Session: "large", MaxTokens: 100})
	held := w.listen("_INBOX.held.*")
	w.publish(w.sign(toInbox(read, "_INBOX.held.large")))
	g.waitFor(t, 1)
	for range 30 {
		a := w.ask(w.sign(read))
		wantRefused(t, a, messages.CodeOverloaded)
		if a.failed.RetryAfterMS <= 0 || !a.failed.Retryable {
			t.Errorf("%+v; want how long to wait", a.failed)
		}
	}
	w.publish(w.sign(toInbox(listing(), "_INBOX.held.small")))
	g.waitFor(t, 2) // the victim's is let in
	g.open()
	for range 2 {
		if m := w.next(held); m.Header.Get(envelope.HeaderErrorCode) != "" {
			t.Errorf("a read that was let in failed: %s", m.Data)
		}
	}
}

// padded makes a body larger. JSON may end in any amount of white space.
func padded(body string, size int) []byte {
	return append([]byte(body), bytes.Repeat([]byte(" "), size-len(body))...)
}

// What is over a limit of the protocol is refused with a code that says which.
func TestOverTheLimitsOfTheProtocol(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1, rig.Server(func(o *natsd.Options) { o.MaxPayload = 12 << 20 }))
	raw := func(op messages.Op, body string) *nats.Msg { return w.sign(letter{op: op, body: []byte(body)}) }
	items := func(n int) string {
		b, err := json.Marshal(messages.StoreRequest{Session: "s", Items: make([]messages.Item, n)})
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(b), `"text":""`, `"text":"t"`)
	}
	long := strings.Repeat("x", messages.MaxIDBytes+1)
	for name, c := range map[string]struct {
		message *nats.Msg
		code    messages.Code
	}{
		"a message above 10 MiB":     {w.sign(letter{op: messages.OpList, body: padded(`{"session":"s"}`, messages.MaxMessageBytes+1)}), messages.CodeTooLarge},
		"headers above 8 KiB":        {captured(w.sign(listing()), withHeader("X-Padding", strings.Repeat("x", messages.MaxHeaderBytes))), messages.CodeTooLarge},
		"a thousand signatures":      {captured(w.sign(listing()), thousandSignatures), messages.CodeTooLarge},
		"nested too deep":            {raw(messages.OpStore, `{"session":"s","items":`+strings.Repeat("[", 1<<20)), messages.CodeBadJSON},
		"a name twice":               {raw(messages.OpList, `{"session":"s","session":"t"}`), messages.CodeBadJSON},
		"a name twice, once escaped": {raw(messages.OpList, `{"session":"s","\u0073ession":"t"}`), messages.CodeBadJSON},
		"a name in another case":     {raw(messages.OpList, `{"Session":"s"}`), messages.CodeBadJSON},
		"two documents":              {raw(messages.OpList, `{"session":"s"}{"session":"t"}`), messages.CodeBadJSON},
		"a batch of 1,001 items":     {raw(messages.OpStore, items(messages.MaxItemsPerBatch+1)), messages.CodeTooLarge},
		"a session id of 257 bytes":  {raw(messages.OpList, `{"session":"`+long+`"}`), messages.CodeTooLarge},
		"an item id of 257 bytes":    {raw(messages.OpStore, `{"session":"s","items":[{"id":"`+long+`","text":"t"}]}`), messages.CodeTooLarge},
		"a million empty items":      {raw(messages.OpStore, `{"session":"s","items":[{}`+strings.Repeat(",{}", 1<<20)+`]}`), messages.CodeTooLarge},
		"1,001 ids":                  {raw(messages.OpDelete, `{"session":"s","ids":["a"`+strings.Repeat(`,"a"`, messages.MaxIDsPerRequest)+`]}`), messages.CodeTooLarge},
	} {
		a := w.ask(c.message)
		if a.failed == nil || a.failed.Code != c.code {
			t.Errorf("%s: %v; want %s", name, a.failed, c.code)
		}
	}
	wantDone(t, w.ask(raw(messages.OpStore, items(messages.MaxItemsPerBatch))))
}

func thousandSignatures(m *nats.Msg) {
	one := m.Header.Get(envelope.HeaderSignature)
	m.Header[envelope.HeaderSignature] = []string{strings.Repeat(one+",", 999) + one}
}
