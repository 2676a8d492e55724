package plainjson

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPlainPrefixFindsTheFirstSpecialByte(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("ab \x7fé日\"\\\x00\x1f\n")), 0, 40, -1).Draw(t, "s")
		want := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' })
		if want < 0 {
			want = len(s)
		}
		if got := plainPrefix(s); got != want {
			t.Fatalf("%q: %d, want %d", s, got, want)
		}
		if got := plainPrefix([]byte(s)); got != want {
			t.Fatalf("bytes of %q: %d, want %d", s, got, want)
		}
	})
}
