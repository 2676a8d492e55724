package thesaurus_test

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/worker/analyze/thesaurus"
	"github.com/context-manager/context-manager/worker/assemble"
)

// A word of a small table: its hash, what it tells, and how near others are, by number.
type word struct {
	hash   uint32
	weight byte
	near   map[int]float32
}

// tableOf writes a table of words whose hashes rise, as doc says.
func tableOf(words ...word) string {
	b := binary.LittleEndian.AppendUint32([]byte("akin"), uint32(len(words)))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w.hash)
	}
	for _, w := range words {
		b = append(b, w.weight)
	}
	for i, w := range words {
		var steps [thesaurus.Neighbours / 2]byte
		k := 0
		for other, near := range w.near {
			b = binary.LittleEndian.AppendUint16(b, uint16(other))
			steps[k/2] |= thesaurus.Steps(near) << (k % 2 * 4)
			k++
		}
		for ; k < thesaurus.Neighbours; k++ {
			b = binary.LittleEndian.AppendUint16(b, uint16(i))
		}
		b = append(b, steps[:]...)
	}
	return string(b)
}

func read(tb testing.TB, data string) thesaurus.Thesaurus {
	tb.Helper()
	t, err := thesaurus.Read(data)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// Words: 10 and 20 are asked for, 30 is near to both, 40 to the first alone,
// 50 very near to the second. Hashes are far from even, so that looking one up
// has a way to go.
func small() string {
	return tableOf(
		word{10, 100, map[int]float32{2: 0.51, 3: 0.43, 1: 0.6}},
		word{20, 100, map[int]float32{2: 0.51, 4: 0.95}},
		word{30, 200, nil}, word{40, 200, nil},
		word{math.MaxUint32, 255, map[int]float32{0: 0.9}})
}

func weights(related []assemble.Related) map[uint32]float32 {
	found := map[uint32]float32{}
	for _, r := range related {
		found[r.Hash] = r.Weight
	}
	return found
}

func TestAkin(t *testing.T) {
	t.Parallel()
	table := read(t, small())
	for _, c := range []struct {
		name  string
		about []uint32
		want  map[uint32]float64 // the mixture's cosine
	}{
		{"one word", []uint32{10}, map[uint32]float64{20: 0.59, 30: 0.51, 40: 0.43}},
		{"near to both, to one enough, to one not", []uint32{10, 20}, map[uint32]float64{30: 1.02 / math.Sqrt2, math.MaxUint32: 0.95 / math.Sqrt2}},
		{"near to the word that tells more", []uint32{20, math.MaxUint32}, map[uint32]float64{10: 0.91 * 255 / math.Hypot(100, 255)}},
		{"the last word", []uint32{math.MaxUint32}, map[uint32]float64{10: 0.91}},
		{"words that are not there", []uint32{11, 0, 10, 31}, map[uint32]float64{20: 0.59, 30: 0.51, 40: 0.43}},
		{"no word that is there", []uint32{11}, map[uint32]float64{}},
		{"nothing", nil, map[uint32]float64{}},
	} {
		got := weights(table.Akin(nil, c.about))
		if len(got) != len(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		for hash, cosine := range c.want {
			if want := (cosine - 0.32) / 0.68; math.Abs(float64(got[hash])-want) > 0.001 {
				t.Errorf("%s: word %d weighs %.3f, want %.3f", c.name, hash, got[hash], want)
			}
		}
	}
}

// TestAkinOfMany: what is near to one word of many is not near to them all, and
// only so many words are looked at.
func TestAkinOfMany(t *testing.T) {
	t.Parallel()
	const all, last = 700, 699
	words := make([]word, all)
	about := make([]uint32, 100)
	for i := range words {
		words[i] = word{uint32(i) * 6_000_000, 100, nil}
		if i < len(about) {
			about[i] = words[i].hash
			words[i].near = map[int]float32{last: 0.5}
			for k := range 5 {
				words[i].near[100+5*i+k] = 0.9
			}
		}
	}
	got := weights(read(t, tableOf(words...)).Akin(nil, about))
	if len(got) != 1 || got[words[last].hash] != 1 {
		t.Errorf("got %v, want the one word that is near to all, at 1", got)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	good := small()
	for name, data := range map[string]string{
		"nothing":          "",
		"another form":     "kin" + good[3:],
		"an end cut off":   good[:len(good)-1],
		"more than it has": good + "x",
		"too many words":   "akin\xff\xff\xff\xff",
		"falling hashes":   tableOf(word{hash: 2}, word{hash: 1}),
		"one hash twice":   tableOf(word{hash: 2}, word{hash: 2}),
		"no such word":     tableOf(word{hash: 1, near: map[int]float32{1: 0.5}}),
	} {
		if _, err := thesaurus.Read(data); err == nil || !strings.HasPrefix(err.Error(), "thesaurus: ") {
			t.Errorf("%s: got %v, want an error of the thesaurus", name, err)
		}
	}
	if _, err := thesaurus.Read(tableOf()); err != nil {
		t.Errorf("an empty table: %v", err)
	}
}

// FuzzRead: whatever is read can be asked, and answers with weights.
func FuzzRead(f *testing.F) {
	f.Add(small(), uint32(10), uint32(20))
	f.Add(tableOf(), uint32(0), uint32(1))
	f.Fuzz(func(t *testing.T, data string, a, b uint32) {
		table, err := thesaurus.Read(data)
		if err != nil {
			return
		}
		for _, r := range table.Akin(nil, []uint32{a, b}) {
			if !(r.Weight > 0 && r.Weight <= 1) || r.Hash == a || r.Hash == b {
				t.Errorf("%d and %d have %+v", a, b, r)
			}
		}
	})
}
