package analyze

import (
	"strings"
	"testing"

	"github.com/blevesearch/snowballstem"
)

// TestAWordThatCannotBeStemmedIsItsOwnStem: the algorithms are others' code, and
// a text must not end a worker.
func TestAWordThatCannotBeStemmedIsItsOwnStem(t *testing.T) {
	t.Parallel()
	cut := snowball(func(env *snowballstem.Env) bool { env.SetCurrent(env.Current()[:1]); return true })
	fail := snowball(func(env *snowballstem.Env) bool { return []bool{}[len(env.Current())] })
	long := strings.Repeat("a", maxStemmed+1)
	if got := cut("word"); got != "w" {
		t.Fatalf("the stem is %q", got)
	}
	if got := fail("word"); got != "word" {
		t.Errorf("where the algorithm fails the stem is %q", got)
	}
	if got := cut(long); got != long {
		t.Errorf("a word of %d bytes is stemmed", len(long))
	}
}
