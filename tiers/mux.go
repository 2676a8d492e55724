package tiers

import (
	"context"
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

// A call is one request and its replies so far.
type call struct {
	slot  uint32
	done  chan struct{} // has room for one
	timer *time.Timer

	mu      sync.Mutex
	gen     uint32
	single  bool // the first reply is the last
	ended   bool // the last reply is there: the caller reads them without the lock
	replies []*nats.Msg
	err     error   // why there are no replies
	part    bool    // the replies are a part of an answer, which is known to be whole
	convoy  *convoy // must be told when the call ends or is given up, by who sets this to nil
	trip    *trip   // of a call of a convoy: what it shares, if it does
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

var (
	errBusy    = errors.New("too many reads are in flight in this worker")
	errTimeout = errors.New("no answer in time")
)

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
	c.single, c.ended = single, false
	c.err, c.part, c.convoy, c.trip = nil, false, nil, nil
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

// accept takes a reply, and tells the call's convoy if it was the last.
func (c *call) accept(gen uint32, msg *nats.Msg) bool {
	c.mu.Lock()
	if gen != c.gen || c.ended {
		c.mu.Unlock()
		return false
	}
	c.replies = append(c.replies, msg)
	if !c.single && (len(msg.Data) > 0 || msg.Header.Get(statusHeader) == "") {
		c.mu.Unlock()
		return true
	}
	v, trip := c.convoy, c.trip
	c.end(nil)
	c.mu.Unlock()
	if v != nil {
		v.arrived(c, trip)
	}
	return true
}

// end ends a call whose lock is held.
func (c *call) end(err error) {
	c.ended, c.err, c.convoy = true, err, nil
	c.done <- struct{}{} // has room: this comes once a generation
}

// settle ends a call that was never sent, with what another brought, unless its
// caller left.
func (c *call) settle(gen uint32, replies []*nats.Msg, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gen == c.gen && !c.ended {
		c.replies, c.part = append(c.replies, replies...), true
		c.end(err)
	}
}

// leave gives the convoy that has to be told that the call is given up.
func (c *call) leave() *convoy {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.convoy
	c.convoy = nil
	return v
}

// wait waits for the last reply. The replies are the caller's until release.
func (c *call) wait(ctx context.Context, atMost time.Duration) ([]*nats.Msg, error) {
	c.timer.Reset(atMost)
	select {
	case <-c.done:
		return c.replies, c.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-c.timer.C:
		return nil, errTimeout
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
