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

// The same bytes in another spelling would be another id for whoever compares text.
func TestARequestIDHasOneSpelling(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"AAECAwQFBgcICQoLDA0ODw", "AAAAAAAAAAAAAAAAAAAAAA", "_____________________w"} {
		if !IsRequestID(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for name, bad := range map[string]string{
		"nothing": "", "15 bytes": "AAECAwQFBgcICQoLDA0O", "17 bytes": "AAECAwQFBgcICQoLDA0ODxA", "padded": "AAECAwQFBgcICQoLDA0ODw==",
		"a spare bit set": "AAECAwQFBgcICQoLDA0ODx", "a line break inside": "AAECAwQFBgcICQoLDA0O\r\n", "the other alphabet": "AAECAwQFBgcICQoLDA0O+w",
	} {
		if IsRequestID(bad) {
			t.Errorf("%s: %q is taken for an id", name, bad)
		}
	}
}

func TestDecodeCanonicalGivesTheBytes(t *testing.T) {
	t.Parallel()
	var raw [4]byte
	if !DecodeCanonical(raw[:], "AQID_w") || raw != [4]byte{1, 2, 3, 255} {
		t.Errorf("got %v", raw)
	}
	if large := make([]byte, 49); DecodeCanonical(large, strings.Repeat("A", 66)) {
		t.Error("more than 48 bytes were decoded")
	}
}
