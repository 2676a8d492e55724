package envelope

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// Every request is signed and verified, and every reply signed. AllocsPerRun
// counts the whole program, so this test is not parallel.
func TestSigningAndVerifyingAllocateLittle(t *testing.T) { //nolint:paralleltest // as said
	w := newWorld(t)
	u, in := w.unsigned(), w.ask()
	v := w.mustVerify(t, in)
	body := make([]byte, 8<<10)
	for name, c := range map[string]struct {
		most float64
		do   func()
	}{
		"sign":       {13, func() { w.signer.Headers(u) }},
		"verify":     {11, func() { w.mustVerify(t, in) }},
		"sign reply": {13, func() { v.SignReply(200, body, w.now) }},
	} {
		got := testing.AllocsPerRun(50, c.do)
		if got > c.most {
			t.Errorf("%s makes %v allocations, want %v at most", name, got, c.most)
		}
	}
}

// What each request of a bundle costs beside its own decoding: its id, and its
// part of a list. AllocsPerRun counts the whole program, so this test is not parallel.
func TestABundleIsTakenApartInAFewAllocations(t *testing.T) { //nolint:paralleltest // as said
	bodies := make([][]byte, 32)
	for i := range bodies {
		bodies[i] = []byte(`{"session":"s","max_tokens":2048}`)
	}
	whole := Verified{id: "AAECAwQFBgcICQoLDA0ODw", body: messages.AppendBundle(nil, bodies)}
	got := testing.AllocsPerRun(50, func() {
		if _, err := whole.Parts(); err != nil {
			t.Error(err)
		}
	})
	if most := float64(len(bodies)) + 4; got > most {
		t.Errorf("%d requests are taken apart in %v allocations, want %v at most", len(bodies), got, most)
	}
}
