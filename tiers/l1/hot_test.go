package l1

import (
	"runtime"
	"testing"
	"time"
	"weak"
)

// Where a page lies is remembered without keeping it: once bigcache has pushed
// it out and nobody uses it, it is gone. Otherwise L1 would hold thousands of
// pages past its bytes.
func TestPagesThatWereJustUsedAreNotKept(t *testing.T) {
	t.Parallel()
	h := newHot()
	p := smallPage(t, 1, time.UnixMilli(1e12))
	bytes := weak.Make(&p.Bytes()[0])
	h.set(7, "k", p)
	if q, ok := h.get(7, "k"); !ok || q.Seq() != p.Seq() {
		t.Fatal("a page that is in use was not found")
	}
	runtime.KeepAlive(p.Bytes())
	p = smallPage(t, 2, time.UnixMilli(1e12))
	runtime.GC()
	if bytes.Value() != nil {
		t.Error("a page that nobody uses is kept")
	}
	if _, ok := h.get(7, "k"); ok {
		t.Error("a page that is gone was found")
	}
	runtime.KeepAlive(p.Bytes())
}
