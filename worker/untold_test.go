package worker

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// A doorDialer dials while its door is open: while nobody has the lock.
type doorDialer struct{ door sync.RWMutex }

func (d *doorDialer) Dial(network, address string) (net.Conn, error) {
	d.door.RLock()
	defer d.door.RUnlock()
	return new(net.Dialer).DialContext(context.Background(), network, address)
}

// The connection is away as a job is answered, and there again as it is to be
// settled: what its caller was not told comes again, and then it is.
func TestAJobWhoseAnswerCouldNotBeSentIsNotSettled(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{
		"done":   aStore.body,
		"buried": []byte(`{"session":"s","items":[{"text":7}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			wire := &doorDialer{}
			var away, back atomic.Bool
			w := r.make(options{conn: []nats.Option{
				nats.SetCustomDialer(wire), nats.MaxReconnects(-1), nats.ReconnectWait(time.Millisecond), nats.ReconnectBufSize(-1),
			}})
			w.atCheckpoint = func(c checkpoint, _ messages.Verified) {
				switch {
				case c == beforeReply && away.CompareAndSwap(false, true):
					wire.door.Lock()
					if err := w.nc.ForceReconnect(); err != nil {
						t.Error(err)
					}
					eventually(t, "the connection is away", func() bool { return !w.nc.IsConnected() })
				case c == afterReply && back.CompareAndSwap(false, true):
					wire.door.Unlock()
					eventually(t, "the connection is back", w.nc.IsConnected)
				}
			}
			w.run(t)
			inbox, got := r.spy()
			r.publish(call{op: messages.OpStore, reply: inbox, body: body})
			r.idle()
			if n := len(got()); n != 1 {
				t.Errorf("%d answers; want the one that was sent", n)
			}
			if n, want := len(r.deadLetters()), map[string]int{"buried": 1}[name]; n != want {
				t.Errorf("%d dead letters; want %d", n, want)
			}
		})
	}
}
