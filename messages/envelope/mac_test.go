package envelope

import (
	"encoding/hex"
	"strings"
	"sync"
	"testing"
)

// TestMAC checks HMAC-SHA-256 with the cases 2, 4 and 6 of RFC 4231, also
// where hashes cannot be cloned.
func TestMAC(t *testing.T) {
	t.Parallel()
	counted := make([]byte, 25)
	for i := range counted {
		counted[i] = byte(i + 1)
	}
	tests := []struct{ key, text, want string }{
		{"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{string(counted), strings.Repeat("\xcd", 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
		{strings.Repeat("\xaa", 131), "Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
	}
	for _, test := range tests {
		for name, k := range map[string]*macKey{
			"cloned": newMACKey(NewSecret([]byte(test.key))), "made anew": {secret: NewSecret([]byte(test.key))},
		} {
			for range 2 { // the second sum must not see the first
				sum := k.sum([]byte(test.text))
				if got := hex.EncodeToString(sum[:]); got != test.want {
					t.Errorf("%s, %q: got %s, want %s", name, test.text, got, test.want)
				}
			}
		}
	}
}

// TestVerifierIsSafeForConcurrentUse is for the race detector: many requests
// share one key's state while the ring changes.
func TestVerifierIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.ask()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				w.verifier.SetRing(w.ring)
				if _, err := w.verifier.Verify(in); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
