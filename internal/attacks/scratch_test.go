package attacks

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
)

func TestScratchShort(t *testing.T) {
	var logs safeBuffer
	w := newWorld(t, 1, rig.Log(zerolog.New(&logs).Level(zerolog.DebugLevel)))
	wantDone(t, w.ask(w.sign(storing("i", "x"))))
	for range 20 {
		var g sync.WaitGroup
		for range 60 {
			l := listing().by("mallory").of(attacker)
			l.life = 4 * time.Millisecond
			m := w.sign(l)
			g.Go(func() { w.nc.PublishMsg(m) })
		}
		g.Wait()
		a := w.ask(w.sign(listing()))
		t.Log(a.failed)
	}
	t.Log(count(t, w.workers[0].Registry, "requests_total", "code", "expired"), count(t, w.workers[0].Registry, "requests_total", "code", "deadline"), count(t, w.workers[0].Registry, "requests_total", "code", "unavailable"))
	t.Log(logs.String())
}

func TestScratchOwner(t *testing.T) {
	w := newWorld(t, 1)
	big := largeStore(t)
	began := time.Now()
	for i := range 20 {
		a := w.ask(w.sign(letter{op: messages.OpStore, body: big}))
		t.Log(i, a.failed, time.Since(began))
	}
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		before := m.TotalAlloc
		began = time.Now()
		a := w.ask(w.sign(letter{op: messages.OpStats, body: messages.StatsRequest{Session: "s"}}))
		runtime.ReadMemStats(&m)
		t.Log(a.failed, time.Since(began), (m.TotalAlloc-before)>>20, m.HeapSys>>20)
	}
}
