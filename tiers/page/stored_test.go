package page

import (
	"encoding/base64"
	"reflect"
	"testing"
)

// storedForm is goldenSegment as it lies in streams. It must never change: what
// cannot be read any more is lost.
const storedForm = "Q01TAQKZmX7s6gAAAICgq/75YgIO8v///z8BFkFBRUNBd1FGQmdjSUNRb0xEQTBPRHcOgJex/fliBQd3ZWF0aGVyA2MtMQJkZQRjaXR5AWsEDQ4D/4h6DVhTWVIxYVRkSzBBLTBX/wPP" +
	"D9C4sYjpBUIh8KIEFKwCAu++AAAAAAAAAAECAABAP6wCAgMET3NsbwQAAgAAAD8AAIC/DzIgR3JhZCwgU2NobmVlCgUAAAABBgAAAPAAAACAABD/BfL///8/AAZub3RlLTEUAAAAIQAE" +
	"BgAAAAAAAAAAAAACaG0GAAEGbm90ZS0yD+3///8/AP+ft4fpBQ=="

// goldenSegment has something in each field.
func goldenSegment() Segment {
	return Segment{
		At: 1_700_000_000_000, Sources: []uint64{7, 1 << 33}, Absorbed: []Absorbed{{Name: "AAECAwQFBgcICQoLDA0ODw", Seq: 7, At: 1_699_999_000_000}},
		Entries: []Entry{
			{Kind: Put, Origin: Origin{Seq: 7, Place: 3}, At: 1_699_999_000_000, Item: Item{
				ID: "XSYR1aTdK0A-0", Level: ShortTerm, Role: Tool, Flags: Pinned | Number, Name: "weather", Text: "2 Grad, Schnee\n", Group: "c-1", Language: "de",
				Time: 1_699_998_999_000, Expires: 1_800_000_000_000, Importance: 0.75, Accesses: 300, LineTokens: 70_000, TextTokens: 69_990,
				WordsD: 300, WordsQ: 2, Saying: 0xbeef, Metadata: []Pair{{"city", "Oslo"}, {"k", ""}}, Embedding: []float32{0.5, -1},
				Terms: []Term{{Hash: 5, D: 1}, {Hash: 6, Q: 15}, {Hash: 1 << 31, D: 16, Q: 255}},
			}},
			{Kind: Put, Origin: Origin{Seq: 1 << 33}, At: 1_700_000_000_000, Item: Item{
				ID: "note-1", Level: Immediate, Role: User, Text: "hm", Time: 1_700_000_000_000, Importance: -1, LineTokens: 4, TextTokens: 1,
			}},
			{Kind: Tombstone, Origin: Origin{Seq: 1 << 33, Place: 1}, At: 1_700_000_000_000, ID: "note-2"},
			{Kind: Clear, Origin: Origin{Seq: 9}, At: 1_600_000_000_000},
		},
	}
}

func TestWhatIsStoredStaysReadable(t *testing.T) {
	t.Parallel()
	data, err := base64.StdEncoding.DecodeString(storedForm)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseSegment(data)
	if want := goldenSegment(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v; want %+v", got, err, want)
	}
}

// TestPostingsComeBack on both sides of where they are written otherwise.
func TestPostingsComeBack(t *testing.T) {
	t.Parallel()
	for _, edge := range []uint32{1, mostNearQ, nearQ, mostMidD, mostMidQ, 1 << 14, 1 << 28} {
		for gap := edge - 1; gap <= edge+1; gap++ {
			for _, want := range [][2]uint8{{1, 0}, {0, 1}, {2, 0}, {0, 2}, {1, 1}, {15, 15}, {16, 0}, {0, 255}} {
				b := append(appendPosting(nil, gap, want[0], want[1]), 9)
				rest, item, d, q := readPosting(b, 5)
				if len(rest) != 1 || item != 5+int(gap) || d != want[0] || q != want[1] {
					t.Errorf("%d after, %v times: read %d after, %d and %d times, %d bytes left", gap, want, item-5, d, q, len(rest))
				}
			}
		}
	}
}
