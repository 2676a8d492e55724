package client_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

// lossy is a stream of jobs of which the first acknowledgement of each bundle is
// lost on the way. sent are what came of bundles, each as often as it was published.
type lossy struct {
	jetstream.Stream
	mu   sync.Mutex
	sent map[string][]string // by id
}

func (w *world) lossy() *lossy {
	w.t.Helper()
	nc := natstest.Connect(w.t, w.server)
	js, err := jetstream.New(nc)
	if err != nil {
		w.t.Fatal(err)
	}
	l := &lossy{sent: make(map[string][]string)}
	l.Stream, err = js.CreateStream(context.Background(), jetstream.StreamConfig{Name: "KEPT", Subjects: []string{"kept"}})
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = nc.Subscribe(subjects(w.t).JobAll(), func(m *nats.Msg) {
		ack, err := nc.RequestMsgWithContext(context.Background(), &nats.Msg{Subject: "kept", Header: m.Header, Data: m.Data})
		if err != nil {
			w.t.Error(err)
		} else if !l.loses(m) {
			_ = m.Respond(ack.Data)
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	flush(w.t, nc)
	return l
}

// loses notes a message, and tells whether its acknowledgement is lost.
func (l *lossy) loses(m *nats.Msg) bool {
	id := m.Header.Get(nats.MsgIdHdr)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[id] = append(l.sent[id], fmt.Sprint(m.Header, string(m.Data)))
	return len(l.sent[id]) == 1 && string(m.Data[:10]) == `{"requests`
}

// A bundle whose receipt is lost is published again as it is, and no call of it under another id.
func TestABundleWhoseReceiptIsLostIsThereOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.lossy()
	c := w.client(quick)
	var got receipts
	crowd(t, 16, got.shared, func(i int) error { return got.submit(t, c, fmt.Sprint("text ", i)) })
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, all := range l.sent {
		for _, again := range all[1:] {
			if again != all[0] {
				t.Errorf("the message %s was published as %s and as %s", id, all[0], again)
			}
		}
	}
	info, err := l.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	there := make(map[string]int)
	for seq := uint64(1); seq <= info.State.LastSeq; seq++ {
		j := jobAt(t, l.Stream, seq)
		for id := range j.bodies {
			there[id]++
		}
	}
	for _, one := range got.all {
		if there[one.ID] != 1 {
			t.Errorf("the job %s is there %d times", one.ID, there[one.ID])
		}
	}
	if len(there) != len(got.all) {
		t.Errorf("the stream has %d jobs of %d calls", len(there), len(got.all))
	}
	if !got.duplicates() {
		t.Error("no receipt says that an earlier one was lost")
	}
}

func (r *receipts) duplicates() bool {
	for _, one := range r.all {
		if one.Duplicate {
			return true
		}
	}
	return false
}
