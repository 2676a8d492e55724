package l1

import (
	"sync/atomic"
	"weak"

	"github.com/context-manager/context-manager/tiers/page"
)

// hot remembers where pages that were just used still lie in memory, so that
// an owner who is asked about many times in a row costs no copy out of
// bigcache and no checksum: for a page of 100 KB that is some 25 µs and as
// much garbage a hit. The pointers are weak. What nobody uses is collected as
// if it were not here, so hot needs no bound of bytes; pages never change, so
// sharing one is safe.
type hot struct {
	slots []atomic.Pointer[spot]
	mask  uint64
}

// A spot is where one owner's page was last seen.
type spot struct {
	key  string
	page weak.Pointer[page.Page]
}

const hotSlots = 1 << 12

func newHot() *hot {
	return &hot{slots: make([]atomic.Pointer[spot], hotSlots), mask: hotSlots - 1}
}

func (h *hot) get(hash uint64, key string) (page.Page, bool) {
	s := h.slots[hash&h.mask].Load()
	if s == nil || s.key != key {
		return page.Page{}, false
	}
	if p := s.page.Value(); p != nil {
		return *p, true
	}
	return page.Page{}, false
}

func (h *hot) set(hash uint64, key string, p page.Page) {
	h.slots[hash&h.mask].Store(&spot{key: key, page: weak.Make(&p)})
}

func (h *hot) drop(hash uint64, key string) {
	slot := &h.slots[hash&h.mask]
	if s := slot.Load(); s != nil && s.key == key {
		slot.CompareAndSwap(s, nil)
	}
}
