package worker

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A job whose life was over before a worker took it is gone without a letter. So it
// is counted as that, and audited as one that was asked for: what anybody may put into
// the stream is neither, and hides none, however much of it there is.
func TestAJobThatExpiresIsCountedAndAudited(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trail := &auditTrail{}
	w := r.make(options{
		config: func(c *Config) { c.RefusalAudits = 0.1 },
		deps: func(d *Deps) {
			d.Audit = trail
			d.Clock = func() time.Time { return time.Now().Add(8 * time.Minute) }
		},
	})
	inbox, got := r.spy()
	late := aStore.with(func(c *call) { c.reply, c.life = inbox, time.Minute })
	const forgeries = 20
	for range forgeries {
		r.publish(late.with(func(c *call) { c.key = "stranger" }))
	}
	late.id = newID(t)
	r.publish(late)
	w.run(t)
	r.idle()
	settled := func(outcome string) float64 { return testutil.ToFloat64(w.metrics.settled.WithLabelValues(outcome)) }
	if expired, refused := settled("expired"), settled("terminated"); expired != 1 || refused != forgeries {
		t.Errorf("%v expired and %v terminated; want the one, and the %d forgeries", expired, refused, forgeries)
	}
	var known []messages.AuditEvent
	for _, e := range trail.of(messages.AuditRefused) {
		if e.Proved {
			known = append(known, e)
		}
	}
	if len(known) != 1 || known[0].ID != late.id || known[0].KeyID != "full" || known[0].Code != messages.CodeExpired || known[0].Reason != envelope.ReasonExpires {
		t.Errorf("of what was proved this was audited: %+v; want the one", known)
	}
	if answers, letters, items := len(got()), len(r.deadLetters()), r.count("KV_ctx_short"); answers != 0 || letters != 0 || items != 0 {
		t.Errorf("%d answers, %d letters, %d segments; want none", answers, letters, items)
	}
}

// A job's life is over by the clocks of the servers that dated its arrival, and not
// by a worker's that is ahead of them.
func TestAJobLivesByTheServersClock(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{deps: func(d *Deps) {
		d.ServerTime = time.Now
		d.Clock = func() time.Time { return time.Now().Add(4 * time.Minute) }
	}})
	must[messages.StoreReply](t, r.submit(aStore.with(func(c *call) { c.life = patience })))
}
