package jet

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

// A Mux carries many requests over one subscription, as nats.go's own does,
// but a request may have many replies and needs neither goroutine nor channel
// of its own: slots are reused. A reply names its slot and the slot's
// generation, so one that comes late, after its caller left, is dropped.
// It is safe for concurrent use.
type Mux struct {
	nc     *nats.Conn
	sub    *nats.Subscription
	prefix string // of reply subjects, with the dot
	late   atomic.Uint64

	mu    sync.Mutex
	free  []*Call
	slots []atomic.Pointer[Call]
	used  int
}

const (
	tokenBytes   = 16        // slot and generation in hexadecimal
	pendingBytes = 256 << 20 // of replies that wait in the subscription
	keepReplies  = 64        // a slot's list is kept up to this length
)

// ErrBusy means that a Mux has no slot left for another call.
var ErrBusy = errors.New("too much is in flight in this worker")

// NewMux makes a mux of so many slots, which is how many calls it has at once.
// The connection stays the caller's.
func NewMux(nc *nats.Conn, slots int) (*Mux, error) {
	m := &Mux{nc: nc, prefix: nc.NewInbox() + ".", slots: make([]atomic.Pointer[Call], slots)}
	sub, err := nc.Subscribe(m.prefix+"*", m.receive)
	if err != nil {
		return nil, err
	}
	if err := sub.SetPendingLimits(-1, pendingBytes); err != nil {
		return nil, errors.Join(err, sub.Unsubscribe())
	}
	m.sub = sub
	return m, nil
}

// Close ends the subscription: nothing that is still asked is answered.
func (m *Mux) Close() error {
	err := m.sub.Unsubscribe()
	if errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, nats.ErrBadSubscription) {
		return nil
	}
	return err
}

// Late is how many replies came after their caller had left.
func (m *Mux) Late() uint64 { return m.late.Load() }

// send publishes a request. The call must be released.
func (m *Mux) send(subject string, body []byte, single bool) (*Call, error) {
	c, reply, err := m.open(single)
	if err != nil {
		return nil, err
	}
	return m.sent(c, m.nc.PublishRequest(subject, reply, body))
}

// sendMsg publishes a message with headers, to which there is one reply.
func (m *Mux) sendMsg(msg *nats.Msg) (c *Call, err error) {
	c, msg.Reply, err = m.open(true)
	if err != nil {
		return nil, err
	}
	return m.sent(c, m.nc.PublishMsg(msg))
}

func (m *Mux) open(single bool) (*Call, string, error) {
	c, err := m.take()
	if err != nil {
		return nil, "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.single, c.ended, c.part = single, false, false
	return c, m.reply(c), nil
}

func (m *Mux) sent(c *Call, err error) (*Call, error) {
	if err != nil {
		c.Release()
		return nil, err
	}
	return c, nil
}

func (m *Mux) reply(c *Call) string {
	b := make([]byte, 0, len(m.prefix)+tokenBytes)
	b = append(b, m.prefix...)
	return string(appendHex(appendHex(b, c.slot), c.gen))
}

func (m *Mux) take() (*Call, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.free); n > 0 {
		c := m.free[n-1]
		m.free = m.free[:n-1]
		return c, nil
	}
	if m.used == len(m.slots) {
		return nil, ErrBusy
	}
	c := &Call{mux: m, slot: uint32(m.used), done: make(chan struct{}, 1), timer: time.NewTimer(time.Hour)}
	c.timer.Stop()
	m.slots[m.used].Store(c)
	m.used++
	return c, nil
}

// receive is the subscription's callback.
func (m *Mux) receive(msg *nats.Msg) {
	slot, gen, ok := parseToken(msg.Subject[len(m.prefix):])
	if !ok || int(slot) >= len(m.slots) {
		return
	}
	c := m.slots[slot].Load()
	if c == nil || !c.accept(gen, msg) {
		m.late.Add(1)
	}
}

func appendHex(dst []byte, v uint32) []byte {
	const digits = "0123456789abcdef"
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, digits[v>>shift&15])
	}
	return dst
}

func parseToken(token string) (slot, gen uint32, ok bool) {
	if len(token) != tokenBytes {
		return 0, 0, false
	}
	v, err := strconv.ParseUint(token, 16, 64)
	return uint32(v >> 32), uint32(v), err == nil
}
