package chaos

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/tiers/streams"
	"github.com/context-manager/context-manager/worker"
)

// checkDead wants each poisonous job to be in a dead letter once, and no other.
func (r *run) checkDead(js jetstream.JetStream) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := js.Stream(ctx, "CTX_DEAD")
	if err != nil {
		r.h.blame("the dead letters cannot be read: %v", err)
		return
	}
	found, others := map[string]int{}, 0
	state := s.CachedInfo().State
	for seq := state.FirstSeq; seq <= state.LastSeq && state.Msgs > 0; seq++ {
		m, err := streams.Message(ctx, js.Conn(), "CTX_DEAD", seq)
		if err != nil {
			r.h.blame("dead letter %d cannot be read: %v", seq, err)
			return
		}
		for id, body := range buried(m) {
			if code := m.Header.Get(worker.DeadCode); body != poisonBody || code != string(messages.CodeBadJSON) {
				r.h.blame("dead letter %d is no poison: %s: %s", seq, code, m.Header.Get(worker.DeadError))
			}
			if found[id]++; !r.h.poison[id] {
				others++
			}
			if found[id] > 1 {
				r.h.blame("request %s is in %d dead letters", id, found[id])
			}
		}
	}
	for id := range r.h.poison {
		if found[id] != 1 {
			r.h.blame("poison %s became no dead letter", id)
		}
	}
	if others > r.h.doubtful {
		r.h.blame("%d dead letters of poison that was not sent", others-r.h.doubtful)
	}
}

// buried are the requests that a letter is about, by their ids: its message's, or
// those of a bundle that failed.
func buried(m *nats.RawStreamMsg) map[string]string {
	id := m.Header.Get(envelope.HeaderID)
	bodies, err := messages.BundledBodies(m.Data)
	if err != nil {
		return map[string]string{id: string(m.Data)}
	}
	places := m.Header.Get(worker.DeadPlaces)
	requests := make(map[string]string)
	for place, body := range bodies {
		if places == "" || contains(places, place) {
			requests[messages.PartID(id, place)] = string(body)
		}
	}
	return requests
}

func contains(places string, place int) bool {
	return strings.Contains(","+places+",", ","+strconv.Itoa(place)+",")
}
