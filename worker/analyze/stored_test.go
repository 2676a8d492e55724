package analyze

import (
	"testing"

	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// TestWhatIsStoredOfWordsStays: words are found, and repetitions known, by numbers
// that lie in streams. With other numbers nothing stored before would be found.
func TestWhatIsStoredOfWordsStays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint32{"Gardens": 0x66e5b1d2, "cafés": 0x9c2115fb, "running": 0x9a6699c5} {
		if terms := analysed(t, text).Terms; len(terms) != 1 || terms[0].Hash != want {
			t.Errorf("%q is stored as %#v, want %#x", text, terms, want)
		}
	}
	if got := assemble.Saying(page.User, "Ana", "Well, the pump runs."); got != 0x38f9 {
		t.Errorf("what Ana says is stored as %#x", got)
	}
}
