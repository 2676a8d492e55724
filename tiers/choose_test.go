package tiers

import (
	"testing"

	"github.com/context-manager/context-manager/tiers/page"
)

// piecesOf gives pieces of these sizes, oldest first, of which this much is dead.
func piecesOf(sizes, dead []int) []piece {
	list := make([]piece, len(sizes))
	for i, size := range sizes {
		list[i] = piece{Stored: page.Stored{Seq: uint64(i + 1)}, size: size, newest: uint64(i + 1)}
		if i < len(dead) {
			list[i].dead = dead[i]
		}
	}
	return list
}

func repeated(n, size int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = size
	}
	return list
}

const kib = 1 << 10

func TestWhatIsChosenToBeMerged(t *testing.T) {
	t.Parallel()
	x := newWorld(t, func(c *Config) { c.Compact.Segments, c.Compact.MaxBytes = 8, 100*kib }).short
	for _, c := range []struct {
		name  string
		sizes []int
		dead  []int
		want  int
	}{
		{"no more than there may be", repeated(8, 10), nil, 8},
		{"one more, all of them little", append([]int{8 * kib}, repeated(8, 10)...), nil, 0},
		{"a large one that many little ones do not come to", append([]int{90 * kib}, repeated(12, kib)...), nil, 1},
		{"a large one of which they are half", append([]int{20 * kib}, repeated(12, kib)...), nil, 0},
		{"many that are alike", repeated(40, kib), nil, 0},
		{"as many as one message holds", repeated(12, 30*kib), nil, 9},
		{"none of which two fit into one message", repeated(9, 60*kib), nil, 9},
		{"little of few is dead", []int{300 * kib, 300 * kib}, []int{0, 150 * kib}, 2},
		{"more than may be is dead", []int{300 * kib, 300 * kib}, []int{0, 200 * kib}, 1},
		{"nothing of the older is dead", []int{10 * kib, 300 * kib}, []int{0, 300 * kib}, 1},
		{"much of the older is dead", []int{300 * kib, 10 * kib}, []int{300 * kib, 0}, 0},
	} {
		if got := x.choose(piecesOf(c.sizes, c.dead)); got != c.want {
			t.Errorf("%s: from %d on; want %d", c.name, got, c.want)
		}
	}
}

// A merge knows which of its sources is the oldest by their order.
func TestSourcesOfAMergeAreInOrder(t *testing.T) {
	t.Parallel()
	pieces := piecesOf([]int{1, 1, 1}, nil)
	pieces[0].Seq, pieces[1].Seq = 2, 1 // a merge that was written after what came while it was made
	for i, s := range stored(pieces) {
		if s.Seq != uint64(i+1) {
			t.Errorf("source %d has sequence %d", i, s.Seq)
		}
	}
}
