package worker

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
)

// A hookedLedger lets a test do something before the first entry that has this in its id.
type hookedLedger struct {
	Ledger
	of   string
	once atomic.Bool
	do   func()
}

func (l *hookedLedger) Take(ctx context.Context, key, id, delivery string, life time.Duration) (bool, error) {
	if strings.Contains(id, l.of) && l.once.CompareAndSwap(false, true) {
		l.do()
	}
	return l.Ledger.Take(ctx, key, id, delivery, life)
}

// What failed for good has its letter and its answer, which is on its way as the
// connection breaks; there is another while the ledger is told of the letter. The job
// comes again, and its caller is told.
func TestARefusalThatWentWithTheConnectionIsGivenAgain(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{"job": badStore, "bundle": stores.together(t, badStore, badStore).body} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			inbox, got := r.spy()
			wire := &leakyDialer{mark: "PUB " + inbox}
			ledger := &hookedLedger{of: ".buried"}
			w := r.start(options{
				deps: func(d *Deps) { ledger.Ledger, d.Ledger = d.Ledger, ledger },
				conn: []nats.Option{nats.SetCustomDialer(wire), nats.MaxReconnects(-1), nats.ReconnectWait(time.Millisecond), nats.ReconnectBufSize(-1)},
			})
			ledger.do = func() {
				await.That(t, "the answer is lost", wire.lost.Load)
				before := w.nc.Stats().Reconnects
				if err := w.nc.ForceReconnect(); err != nil {
					t.Error(err)
				}
				await.That(t, "there is another connection", func() bool { return w.nc.Stats().Reconnects > before && w.nc.IsConnected() })
			}
			r.publish(call{op: messages.OpStore, reply: inbox, body: body})
			r.idle()
			if n := len(got()); n == 0 || !ledger.once.Load() {
				t.Errorf("%d answers, and the ledger was told of a letter: %t", n, ledger.once.Load())
			}
			if n := len(r.deadLetters()); n != 1 {
				t.Errorf("%d letters; want one", n)
			}
		})
	}
}
