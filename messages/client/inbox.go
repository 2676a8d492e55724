package client

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
)

// slotReplies is how many messages more than it may have answers wait to be
// judged for a request, so that forged ones do not displace the worker's.
const slotReplies = 3

// An inbox is one wildcard subscription that all requests of a client share.
// The last token of a reply subject is the request's id: nobody can guess it,
// it is never used twice, and so a reply that comes late finds nobody and is
// dropped.
type inbox struct {
	sub    *nats.Subscription
	prefix string        // "<inbox prefix>.<client token>."
	done   chan struct{} // closed when the subscription's goroutine has ended

	mu      sync.Mutex
	waiting map[string]*slot // by request id
	free    []*slot
}

// A slot is where one request waits. Slots are used again; their subjects are not.
type slot struct {
	id      string // of the request
	subject string // where its reply comes
	replies chan *nats.Msg
	timer   *time.Timer
}

// openInbox subscribes to a fresh subject under prefix.
func openInbox(nc *nats.Conn, prefix string) (*inbox, error) {
	token, err := messages.NewID(rand.Reader)
	if err != nil {
		return nil, err
	}
	in := &inbox{
		prefix:  prefix + "." + token + ".",
		done:    make(chan struct{}),
		waiting: make(map[string]*slot),
	}
	if in.sub, err = nc.Subscribe(in.prefix+"*", in.deliver); err != nil {
		return nil, err
	}
	in.sub.SetClosedHandler(func(string) { close(in.done) })
	if !in.sub.IsValid() { // the connection was closed before the handler was there
		return nil, nats.ErrConnectionClosed
	}
	return in, nil
}

// close ends the subscription and waits until its goroutine has ended.
func (in *inbox) close() {
	// An error means that it ends, or has ended, for another reason: its
	// connection was closed or is being drained, or this is not the first close.
	_ = in.sub.Unsubscribe()
	<-in.done
}

// closed tells whether no reply can come any more.
func (in *inbox) closed() bool {
	select {
	case <-in.done:
		return true
	default:
		return false
	}
}

// deliver hands a reply to the slot that waits for it, or drops it. It runs
// on the subscription's goroutine and must never block there.
func (in *inbox) deliver(m *nats.Msg) {
	if len(m.Subject) <= len(in.prefix) {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	s, ok := in.waiting[m.Subject[len(in.prefix):]]
	if !ok {
		return
	}
	select {
	case s.replies <- m:
	default: // a flood: the caller has more to judge than it can
	}
}

// open makes a new request id and a slot that waits for its answers, which are so
// many at most, for d. ErrClosed means that none could come.
func (in *inbox) open(d time.Duration, answers int) (*slot, error) {
	if in.closed() {
		return nil, ErrClosed
	}
	id, err := messages.NewID(rand.Reader)
	if err != nil {
		return nil, err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	s := in.slot(answers + slotReplies)
	s.id, s.subject = id, in.prefix+id
	s.timer.Reset(d)
	in.waiting[id] = s
	return s, nil
}

// slot takes a free slot or makes one, with room for so many messages. The lock is held.
func (in *inbox) slot(room int) *slot {
	s := &slot{}
	if n := len(in.free); n > 0 {
		s = in.free[n-1]
		in.free = in.free[:n-1]
	} else {
		s.timer = time.NewTimer(time.Hour)
	}
	if cap(s.replies) < room {
		s.replies = make(chan *nats.Msg, room)
	}
	return s
}

// release forgets the slot's request, and keeps the slot for another.
func (in *inbox) release(s *slot) {
	s.timer.Stop()
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.waiting, s.id)
	// Under the lock nothing can be delivered any more: what is there is late.
	for len(s.replies) > 0 {
		<-s.replies
	}
	in.free = append(in.free, s)
}
