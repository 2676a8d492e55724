package room

import (
	"context"
	"hash/maphash"
	"sync"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/generations"
)

const (
	// unknownPage is what a page is taken for that this worker has not seen.
	unknownPage = 64 << 10
	// maxPageSizes is how many sizes a generation remembers.
	maxPageSizes = 1 << 16
)

// pageSizes remember how large owners' pages were.
type pageSizes struct {
	seed maphash.Seed

	mu       sync.Mutex
	sizes    generations.Map[pageSize]
	learning map[uint64]chan struct{} // closed when the one who reads an owner for the first time is done
}

// A pageSize is how large a page and the log that it was made of were when they
// were read, with what was stored since.
type pageSize struct {
	bytes  int64
	log    int64 // superseded versions included
	unseen int64 // of those that were to be stored since it was last read as it is
	loads  bool  // the last read of it loaded the log, past L1
	read   bool  // else it was only stored to, and may have more
}

func newPageSizes() *pageSizes {
	return &pageSizes{seed: maphash.MakeSeed(), sizes: generations.New[pageSize](maxPageSizes), learning: make(map[uint64]chan struct{})}
}

// A need is how much a read of a session and of a user takes, as far as that is known.
type need struct {
	session, user int64 // bytes
	known         bool  // nobody's size is a guess
}

func (p *pageSizes) need(session, user messages.Owner, reload bool) need {
	p.mu.Lock()
	defer p.mu.Unlock()
	ofSession, sessionKnown := p.of(session, reload)
	ofUser, userKnown := p.of(user, reload)
	return need{session: ofSession, user: ofUser, known: sessionKnown && userKnown}
}

// of is how much a read of an owner takes: its page, or its log if that will be
// loaded. Whoever is not there takes nothing.
func (p *pageSizes) of(o messages.Owner, reload bool) (takes int64, known bool) {
	if !o.Present() {
		return 0, true
	}
	size := p.find(p.key(o))
	takes = size.bytes
	if reload || size.loads {
		takes = max(takes, size.log)
	}
	if !size.read {
		takes = max(takes, unknownPage)
	}
	return takes, size.read
}

// atLeast is what an owner's page and log have at the least, if nothing was removed.
func (p *pageSizes) atLeast(o messages.Owner) (page, log int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := p.find(p.key(o))
	return size.bytes, size.log
}

// learn remembers the sizes of what is in a view, and returns how much was read for it.
func (p *pageSizes) learn(o messages.Owner, v page.View, reload bool) int64 {
	bytes, loaded := int64(len(v.Page.Bytes())), int64(v.Loaded)
	if o.Present() && v.Err == nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		size := p.find(p.key(o))
		size.bytes, size.read = bytes, true
		if !v.Stale && v.Age == 0 {
			size.unseen = 0
		}
		if v.Whole {
			size.log = loaded
		}
		if !reload {
			size.loads = v.Whole
		}
		p.set(p.key(o), size)
	}
	return max(bytes, loaded)
}

// grow adds to the size of an owner.
func (p *pageSizes) grow(o messages.Owner, bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := p.find(p.key(o))
	size.bytes, size.log = size.bytes+int64(bytes), size.log+int64(bytes)
	p.set(p.key(o), size)
}

// unseen adds to what is to be stored with an owner unseen.
func (p *pageSizes) unseen(o messages.Owner, more int64) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := p.find(p.key(o))
	size.unseen += more
	p.set(p.key(o), size)
	return size.unseen
}

func (p *pageSizes) set(key uint64, size pageSize) {
	if p.sizes.Full() {
		p.sizes.Turn()
	}
	p.sizes.Set(key, size)
}

// alone holds up all but one of those who read an owner of unknown size, until
// done is called. It does not outlast ctx.
func (p *pageSizes) alone(ctx context.Context, o messages.Owner) (done func()) {
	for o.Present() {
		wait, mine := p.begin(p.key(o))
		if wait == nil {
			return mine
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return func() {}
		}
	}
	return func() {}
}

// begin gives what to wait for, or what to call at the end.
func (p *pageSizes) begin(key uint64) (wait <-chan struct{}, done func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.find(key).read {
		return nil, func() {}
	}
	if other, busy := p.learning[key]; busy {
		return other, nil
	}
	ended := make(chan struct{})
	p.learning[key] = ended
	return nil, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.learning, key)
		close(ended)
	}
}

func (p *pageSizes) find(key uint64) pageSize {
	size, _ := p.sizes.Find(key)
	return size
}

func (p *pageSizes) key(o messages.Owner) uint64 { return maphash.Comparable(p.seed, o) }
