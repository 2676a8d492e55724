package chaos

import (
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// A fate is what is known of an item.
type fate int

const (
	sent    fate = iota // it may be there or not
	acked               // it must be there
	doomed              // its delete was sent: it may be there or not
	deleted             // it must not be there
)

// A record is one item that was sent. Its text is unique.
type record struct {
	session  string
	id       string // "" until it is known
	text     string
	revision uint64 // of its last acknowledgement, 0 if a job's
	fate     fate
}

// A history is all that was sent and what became of it, with the promises that
// were seen broken.
type history struct {
	mu       sync.Mutex
	records  map[string]*record            // by text
	sessions map[string]map[string]*record // by session and text
	revision map[string]uint64             // highest acknowledged, by session
	poison   map[string]bool               // request ids that must be dead letters
	doubtful int                           // poison whose submission was not acknowledged
	done     map[string]int                // by kind of work
	failed   map[string]int                // by kind and code
	broken   []string
}

func newHistory() *history {
	return &history{
		records: map[string]*record{}, sessions: map[string]map[string]*record{}, revision: map[string]uint64{},
		poison: map[string]bool{}, done: map[string]int{}, failed: map[string]int{},
	}
}

// mostBroken bounds what is told: one defect breaks many promises.
const mostBroken = 30

func (h *history) blame(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.broken) < mostBroken {
		h.broken = append(h.broken, fmt.Sprintf(format, args...))
	}
}

// begin notes an item before it is sent.
func (h *history) begin(session, id, text string) *record {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := &record{session: session, id: id, text: text}
	h.records[text] = r
	if h.sessions[session] == nil {
		h.sessions[session] = map[string]*record{}
	}
	h.sessions[session][text] = r
	return r
}

// settle notes what became of items.
func (h *history) settle(to fate, revision uint64, records ...*record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range records {
		r.fate = to
		r.revision = max(r.revision, revision)
		h.revision[r.session] = max(h.revision[r.session], revision)
	}
}

func (h *history) name(r *record, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.id = id
}

// count notes one piece of work, done or failed. A failure must say what it
// is: by a code of the worker's, or as the client's own finding.
func (h *history) count(kind string, err error) {
	if err != nil && nameOf(err) == "" {
		h.blame("%s: an error without a code: %v", kind, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.done[kind]++
	} else {
		h.failed[kind+": "+nameOf(err)]++
	}
}

// nameOf is what a caller can tell a failure by, "" if nothing.
func nameOf(err error) string {
	var coded *messages.Error
	if errors.As(err, &coded) {
		return string(coded.Code)
	}
	for name, known := range map[string]error{
		"no reply": client.ErrNoReply, "no workers": client.ErrNoWorkers, "no stream": client.ErrNoStream, "pending": client.ErrPending,
		"buffer full while reconnecting": nats.ErrReconnectBufExceeded,
	} {
		if errors.Is(err, known) {
			return name
		}
	}
	return ""
}

// amounts are how much of each kind of work was done.
func (h *history) amounts() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.done)
}

func (h *history) poisoned(id string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.doubtful++
	} else {
		h.poison[id] = true
	}
}

// An expectation is what an answer about a session must show, as of the moment
// when it was asked for.
type expectation struct {
	session  string
	revision uint64
	present  map[string]*record // by text
	absent   map[string]*record
}

// expect takes what is known of a session now.
func (h *history) expect(session string) expectation {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := expectation{session: session, revision: h.revision[session], present: map[string]*record{}, absent: map[string]*record{}}
	for text, r := range h.sessions[session] {
		switch {
		case r.fate == acked && r.revision > 0:
			e.present[text] = r
		case r.fate == deleted:
			e.absent[text] = r
		}
	}
	return e
}
