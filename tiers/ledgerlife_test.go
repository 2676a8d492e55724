package tiers

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A capture is a request that somebody has, and may send whenever it is of use.
type capture struct {
	t        *testing.T
	verifier *envelope.Verifier
	lane     messages.Lane
	signed   time.Time     // by a clock that is right
	life     time.Duration // of the request
}

// lastTaken is how long after it was signed a worker somewhere takes the
// capture, if the clocks of caller, server and worker may each be off by off.
func (c capture) lastTaken(off time.Duration) (last time.Duration) {
	for _, caller := range []time.Duration{-off, 0, off} {
		for _, server := range []time.Duration{-off, 0, off} {
			for _, worker := range []time.Duration{-off, 0, off} {
				last = max(last, c.lastTakenBy(caller, server, worker))
			}
		}
	}
	return last
}

// lastTakenBy is lastTaken by clocks that are off by so much.
func (c capture) lastTakenBy(caller, server, worker time.Duration) (last time.Duration) {
	const step = 30 * time.Second
	in := c.incoming(caller)
	for stored := time.Duration(0); stored < 6*messages.TimeWindow; stored += step {
		in.StreamTime = c.signed.Add(stored + server)
		for _, waited := range []time.Duration{0, c.life + server - worker} {
			in.Now = c.signed.Add(stored + waited + worker)
			if _, err := c.verifier.Verify(in); err == nil {
				last = max(last, stored+waited)
			}
		}
	}
	return last
}

func (c capture) incoming(callersClock time.Duration) envelope.Incoming {
	c.t.Helper()
	subjects, _ := messages.NewSubjects("")
	signer, err := envelope.NewSigner("k", captureSecret(), envelope.DefaultAudience)
	if err != nil {
		c.t.Fatal(err)
	}
	u := envelope.Unsigned{
		Subject: subjects.Ask("acme", messages.OpStore), Reply: "_INBOX.a.b", ID: "AAECAwQFBgcICQoLDA0ODw",
		Time: c.signed.Add(callersClock).UnixMilli(), Expires: c.signed.Add(callersClock + c.life).UnixMilli(), Body: []byte("{}"),
	}
	if c.lane == messages.LaneJob {
		u.Subject = subjects.Job("acme", messages.OpStore)
	}
	return envelope.Incoming{Lane: c.lane, Subject: u.Subject, Reply: u.Reply, Header: signer.Headers(u), Body: u.Body}
}

func captureSecret() envelope.Secret {
	return envelope.NewSecret([]byte("a secret for tests, known to all"))
}

// A request id is remembered for longer than any worker takes a copy of its
// request, on either lane and with every clock off by the whole window.
func TestTheLedgerOutlivesWhatVerificationTakes(t *testing.T) {
	t.Parallel()
	subjects, err := messages.NewSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := envelope.NewRing([]envelope.Key{{
		ID: "k", Secrets: []envelope.Secret{captureSecret()}, Tenants: []string{messages.AnyTenant}, Grants: messages.Grants[:],
	}})
	if err != nil {
		t.Fatal(err)
	}
	l := ledger{Tiers: &Tiers{cfg: Config{}.withDefaults()}}
	c := capture{t: t, verifier: envelope.NewVerifier("", subjects, ring, envelope.Limits{}), signed: time.UnixMilli(1_790_000_000_000)}
	for _, lane := range []struct {
		lane     messages.Lane
		delivery string
		life     time.Duration
	}{
		{messages.LaneAsk, AskDelivery, 10 * time.Second},
		{messages.LaneJob, "job:1", time.Minute},
		{messages.LaneJob, "job:1", messages.MaxRequestLife},
	} {
		c.lane, c.life = lane.lane, lane.life
		last := c.lastTaken(messages.TimeWindow)
		if last < 2*messages.TimeWindow {
			t.Fatalf("%s: the last is taken after %v: the test does not see what is taken", c.lane, last)
		}
		if memory := l.memory(lane.delivery, lane.life); memory <= last {
			t.Errorf("%s: a copy is taken %v after it was signed, its id is remembered for %v", c.lane, last, memory)
		}
	}
}
