package tiers

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

// A mux carries many requests over one subscription, as nats.go's own does,
// but a request may have many replies and needs neither goroutine nor channel
// of its own: slots are reused. A reply names its slot and the slot's
// generation, so one that comes late, after its caller left, is dropped.
type mux struct {
	nc     *nats.Conn
	sub    *nats.Subscription
	prefix string // of reply subjects, with the dot
	late   atomic.Uint64

	mu    sync.Mutex
	free  []*call
	slots []atomic.Pointer[call]
	used  int
}

const (
	tokenBytes    = 16        // slot and generation in hexadecimal
	pendingBytes  = 256 << 20 // of replies that wait in the subscription
	keepReplies   = 64        // a slot's list is kept up to this length
	statusHeader  = "Status"
	statusEnd     = "204"
	statusNone    = "404"
	statusTooMany = "413"
	statusNoOne   = "503"
)

var errBusy = errors.New("too much is in flight in this worker")

func newMux(nc *nats.Conn, slots int) (*mux, error) {
	m := &mux{nc: nc, prefix: nc.NewInbox() + ".", slots: make([]atomic.Pointer[call], slots)}
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

func (m *mux) close() error {
	err := m.sub.Unsubscribe()
	if errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, nats.ErrBadSubscription) {
		return nil
	}
	return err
}

// send publishes a request. The call must be released.
func (m *mux) send(subject string, body []byte, single bool) (*call, error) {
	c, reply, err := m.open(single)
	if err != nil {
		return nil, err
	}
	return m.sent(c, m.nc.PublishRequest(subject, reply, body))
}

// sendMsg publishes a message with headers, to which there is one reply.
func (m *mux) sendMsg(msg *nats.Msg) (c *call, err error) {
	c, msg.Reply, err = m.open(true)
	if err != nil {
		return nil, err
	}
	return m.sent(c, m.nc.PublishMsg(msg))
}

func (m *mux) open(single bool) (*call, string, error) {
	c, err := m.take()
	if err != nil {
		return nil, "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.single, c.ended, c.part = single, false, false
	return c, m.reply(c), nil
}

func (m *mux) sent(c *call, err error) (*call, error) {
	if err != nil {
		m.release(c)
		return nil, err
	}
	return c, nil
}

func (m *mux) reply(c *call) string {
	b := make([]byte, 0, len(m.prefix)+tokenBytes)
	b = append(b, m.prefix...)
	return string(appendHex(appendHex(b, c.slot), c.gen))
}

func (m *mux) take() (*call, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.free); n > 0 {
		c := m.free[n-1]
		m.free = m.free[:n-1]
		return c, nil
	}
	if m.used == len(m.slots) {
		return nil, errBusy
	}
	c := &call{slot: uint32(m.used), done: make(chan struct{}, 1), timer: time.NewTimer(time.Hour)}
	c.timer.Stop()
	m.slots[m.used].Store(c)
	m.used++
	return c, nil
}

// release gives the slot back: replies that are still to come are dropped.
func (m *mux) release(c *call) {
	c.timer.Stop()
	if v := c.leave(); v != nil {
		v.left(c)
	}
	c.mu.Lock()
	c.gen++
	c.convoy, c.trip, c.err = nil, nil, nil
	if cap(c.replies) > keepReplies {
		c.replies = nil
	}
	clear(c.replies)
	c.replies = c.replies[:0]
	select {
	case <-c.done:
	default:
	}
	c.mu.Unlock()

	m.mu.Lock()
	m.free = append(m.free, c)
	m.mu.Unlock()
}

// receive is the subscription's callback.
func (m *mux) receive(msg *nats.Msg) {
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
