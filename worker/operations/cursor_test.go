package operations

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/tiers/page"
)

func TestCursorsGoAndComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := cursor{time: rapid.Int64().Draw(t, "time"), origin: page.Origin{Seq: rapid.Uint64().Draw(t, "seq"), Place: rapid.Uint32().Draw(t, "place")}}
		got, err := parseCursor(want.String())
		if err != nil || got != want {
			t.Fatalf("%+v came back as %+v, %v", want, got, err)
		}
	})
}

func FuzzParseCursor(f *testing.F) {
	f.Add("")
	f.Add(cursor{time: 1, origin: page.Origin{Seq: 2, Place: 3}}.String())
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAB")
	f.Add(strings.Repeat("_", 27))
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCursor(s)
		if err == nil && c.String() != strings.NewReplacer("\r", "", "\n", "").Replace(s) {
			t.Fatalf("%q reads as %+v, which is written %q", s, c, c.String())
		}
	})
}
