package worker

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A doorDialer dials while its door is open. It does not wait for that: who
// connects again holds up whoever publishes.
type doorDialer struct{ shut atomic.Bool }

func (d *doorDialer) Dial(network, address string) (net.Conn, error) {
	if d.shut.Load() {
		return nil, errors.New("the door is shut")
	}
	return new(net.Dialer).DialContext(context.Background(), network, address)
}

// The connection is away as a job is answered, and there again as it is to be
// settled: what its caller was not told comes again, and then it is. However often
// that is, it is not taken for what stops workers.
func TestAJobWhoseAnswerCouldNotBeSentIsNotSettled(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{
		"done":                          aStore.body,
		"buried":                        badStore,
		"bundle":                        stores.together(t, turn("s"), turn("t")).body,
		"bundle of which one is buried": stores.together(t, turn("s"), badStore).body,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			wire := &doorDialer{}
			var away, back atomic.Bool
			var effects atomic.Int64
			w := r.make(options{
				config: func(c *Config) { c.MaxAttempts = 1 },
				conn: []nats.Option{
					nats.SetCustomDialer(wire), nats.MaxReconnects(-1), nats.ReconnectWait(time.Millisecond), nats.ReconnectBufSize(-1),
				},
			})
			w.atCheckpoint = func(c checkpoint, v envelope.Verified) {
				lettered := v.Bundled() // of a bundle: what failed is told once the letter is written
				switch {
				case c == afterEffect:
					effects.Add(1)
				case c == beforeReply && lettered == (name == "bundle of which one is buried") && away.CompareAndSwap(false, true):
					if name == "bundle" { // or the other would find no connection for its effect
						await.That(t, "both are done", func() bool { return effects.Load() == 2 })
					}
					wire.shut.Store(true)
					if err := w.nc.ForceReconnect(); err != nil {
						t.Error(err)
					}
					await.That(t, "the connection is away", func() bool { return !w.nc.IsConnected() })
				case c == afterReply && back.CompareAndSwap(false, true):
					wire.shut.Store(false)
					await.That(t, "the connection is back", w.nc.IsConnected)
				}
			}
			w.run(t)
			inbox, got := r.spy()
			r.publish(call{op: messages.OpStore, reply: inbox, body: body})
			r.idle()
			answers := got()
			if strings.HasPrefix(name, "bundle") {
				if places := placesOf(t, answers); places[0] == 0 || places[1] == 0 {
					t.Errorf("answers by place: %v; want both told", places)
				}
			} else if len(answers) != 1 {
				t.Errorf("%d answers; want the one that was sent", len(answers))
			}
			want := 0
			if strings.HasSuffix(name, "buried") {
				want = 1
			}
			if n := len(r.deadLetters()); n != want {
				t.Errorf("%d dead letters; want %d", n, want)
			}
		})
	}
}
