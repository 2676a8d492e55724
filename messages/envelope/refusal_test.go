package envelope

import (
	"encoding/json"
	"strings"
	"testing"
)

// What the audit may know of a refusal is not in what its sender is told.
func TestARefusalIsHiddenFromItsSender(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.verifier.Verify(w.askSigned(w.signerOf(t, "old", secretOf(5)), w.unsigned()))
	wantReason(t, err, ReasonRetiredKey)
	told, err := json.Marshal(err)
	fatalIf(t, err)
	if s := string(told); !strings.Contains(s, `"code":"unauthorized"`) || strings.Contains(s, "retired") || strings.Contains(s, "old") || strings.Contains(s, "proved") {
		t.Errorf("the sender is told %s", s)
	}
}
