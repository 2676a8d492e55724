package client

import (
	"container/list"
	"sync"

	"github.com/context-manager/context-manager/messages"
)

// revisions remembers how far this client has written each owner, the most
// recently used ones of a bounded number. A read asks to have seen that much.
type revisions struct {
	mu      sync.Mutex
	limit   int
	order   *list.List // of written, most recently used first
	byOwner map[messages.Owner]*list.Element
	most    map[messages.OwnerKind]uint64 // of all owners of a kind, which are in one stream
}

// written is how far one owner has been written: a stream sequence.
type written struct {
	owner    messages.Owner
	revision uint64
}

func newRevisions(limit int) *revisions {
	return &revisions{
		limit: limit, order: list.New(),
		byOwner: make(map[messages.Owner]*list.Element), most: make(map[messages.OwnerKind]uint64),
	}
}

// of returns the owner's revision, 0 if none is known.
func (r *revisions) of(o messages.Owner) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.byOwner[o]
	if !ok {
		return 0
	}
	r.order.MoveToFront(e)
	return e.Value.(*written).revision
}

// highest is the highest revision of all owners of a kind.
func (r *revisions) highest(k messages.OwnerKind) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.most[k]
}

// raise notes that the owner was written up to revision. Writes can end in
// another order than that of their revisions, so the highest stays.
func (r *revisions) raise(o messages.Owner, revision uint64) { r.stored(o, 0, revision) }

// stored notes the revision of a store that began when before was the highest of
// its kind. A stream only counts up: a lower revision than before means that the
// stream was made anew, and what was known of the old one can never be reached again.
func (r *revisions) stored(o messages.Owner, before, revision uint64) {
	if !o.Present() || revision == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if revision < before && before <= r.most[o.Kind] {
		r.startOver(o.Kind, revision)
	}
	w := r.written(o)
	w.revision = max(w.revision, revision)
	r.most[o.Kind] = max(r.most[o.Kind], revision)
	if r.order.Len() > r.limit {
		r.forget(r.order.Back())
	}
}

// startOver forgets what is above the revision that a stream has come to. The lock is held.
func (r *revisions) startOver(k messages.OwnerKind, revision uint64) {
	r.most[k] = revision
	for _, e := range r.byOwner {
		if w := e.Value.(*written); w.owner.Kind == k && w.revision > revision {
			r.forget(e)
		}
	}
}

// refuted forgets the owner if no more than revision is known, which can never be
// reached, unless an answer has seen as much.
func (r *revisions) refuted(o messages.Owner, revision, seen uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok := r.byOwner[o]; ok && e.Value.(*written).revision == revision && seen < revision {
		r.forget(e)
	}
}

// written is the owner's entry, made if it is not there. The lock is held.
func (r *revisions) written(o messages.Owner) *written {
	e, ok := r.byOwner[o]
	if !ok {
		e = r.order.PushFront(&written{owner: o})
		r.byOwner[o] = e
	}
	r.order.MoveToFront(e)
	return e.Value.(*written)
}

func (r *revisions) forget(e *list.Element) {
	r.order.Remove(e)
	delete(r.byOwner, e.Value.(*written).owner)
}
