package messages

import (
	"crypto/rand"
	"strings"
	"testing"
)

func TestNewID(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		id, err := NewID(rand.Reader)
		fatalIf(t, err)
		if !IsRequestID(id) || len(id) != RequestIDChars || seen[id] {
			t.Fatalf("%q is no new request id", id)
		}
		seen[id] = true
	}
	if id, err := NewID(strings.NewReader("too short")); err == nil {
		t.Errorf("with too little randomness got %q", id)
	}
}

// The id of an item follows from its request's, and clients in other languages
// may work it out: see docs/PROTOCOL.md.
func TestItemIDFollowsFromTheRequests(t *testing.T) {
	t.Parallel()
	if got := ItemID("AAECAwQFBgcICQoLDA0ODw", 12); got != "XSYR1aTdK0A-12" {
		t.Errorf("got %q", got)
	}
}
