package chaos

import (
	"fmt"

	"github.com/context-manager/context-manager/messages"
)

// compare judges an answer by what was known when it was asked for. What was
// doomed meanwhile may be there or not.
func (h *history) compare(e expectation, reply messages.ListReply) {
	if reply.Revision.Session < e.revision {
		h.blame("a list of %s has seen revision %d, asked for was %d", e.session, reply.Revision.Session, e.revision)
	}
	seen := h.judge(e.session, reply.Items)
	h.mu.Lock()
	defer h.mu.Unlock()
	for text, r := range e.present {
		if !seen[text] && r.fate == acked {
			h.broken = append(h.broken, fmt.Sprintf("%q was acknowledged at revision %d and is not in %s as of revision %d", text, r.revision, e.session, reply.Revision.Session))
		}
	}
	for text := range e.absent {
		if seen[text] {
			h.broken = append(h.broken, fmt.Sprintf("%q was deleted and is in %s as of revision %d", text, e.session, reply.Revision.Session))
		}
	}
}

// judge blames items that are there twice, were never sent, or have another id
// than they were given. It returns the texts that are there.
func (h *history) judge(session string, items []messages.Item) map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := map[string]bool{}
	for i := range items {
		text, id := items[i].Text, items[i].ID
		r := h.sessions[session][text]
		switch {
		case r == nil:
			h.broken = append(h.broken, fmt.Sprintf("%s has %q, which was never sent there", session, text))
		case seen[text]:
			h.broken = append(h.broken, fmt.Sprintf("%s has %q twice", session, text))
		case r.id != "" && r.id != id:
			h.broken = append(h.broken, fmt.Sprintf("%s has %q under the id %q, it was given %q", session, text, id, r.id))
		}
		seen[text] = true
	}
	return seen
}

// missing blames jobs that were acknowledged and had no effect. Their
// revisions are not known, so that they are looked for only when none is left to be done.
func (h *history) missing(session string, items []messages.Item) {
	there := map[string]bool{}
	for i := range items {
		there[items[i].Text] = true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for text, rec := range h.sessions[session] {
		if rec.fate == acked && rec.revision == 0 && !there[text] {
			h.broken = append(h.broken, fmt.Sprintf("%q was acknowledged by the stream of jobs and had no effect in %s", text, session))
		}
	}
}
