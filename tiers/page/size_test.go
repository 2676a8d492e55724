package page

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"
)

// How ids come about: of how many turns a request stores, and so how many have
// its id in common.
var sharings = []struct {
	name string
	size int
}{{"fifty a request", 50}, {"two a request", 2}, {"one a request", 1}, {"one a request, by the Go client", byClient}}

// byClient are turns whose ids one client gave: its stem and a count of all
// that it stores, into other sessions too.
const byClient = 0

// chat is turns whose ids are as a worker gives them: eight bytes of a request and a number.
func chat(n, size, together int) []Item {
	rng := rand.New(rand.NewPCG(3, uint64(size)))
	items := turns(n, size)
	var request [8]byte
	for i := range items {
		if together == byClient {
			items[i].ID = fmt.Sprint("kQ3vX0c9Tn2rYh5sLw8aZg-", 1000+23*i)
			continue
		}
		if i%together == 0 {
			for k := range request {
				request[k] = byte(rng.Uint32())
			}
		}
		items[i].ID = fmt.Sprint(base64.RawURLEncoding.EncodeToString(request[:]), "-", i%together)
	}
	return items
}

func textBytes(items []Item) int {
	n := 0
	for i := range items {
		n += len(items[i].Text)
	}
	return n
}

// TestPageSize holds what a page costs for each byte of text: it is what an
// operator divides L1 by. Text, a term's place in it and an id that is random
// cannot be made smaller.
func TestPageSize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		turn int
		most [4]float64 // as sharings
	}{
		{90, [...]float64{1.44, 1.5, 1.5, 1.45}},
		{130, [...]float64{1.39, 1.44, 1.43, 1.4}},
		{400, [...]float64{1.22, 1.24, 1.24, 1.23}},
		{1500, [...]float64{1.15, 1.15, 1.15, 1.15}},
	} {
		for k, sharing := range sharings {
			items := chat(600, c.turn, sharing.size)
			p := fold(t, Page{}, 4, 1, inSegments(items, 4)...)
			ratio := float64(len(p.Bytes())) / float64(textBytes(items))
			t.Logf("turns of %d, %s: %.3f", c.turn, sharing.name, ratio)
			if ratio > c.most[k] {
				t.Errorf("a page of turns of %d bytes, %s, has %.3f bytes a byte of text; at most %.2f", c.turn, sharing.name, ratio, c.most[k])
			}
		}
	}
}

// TestFoldedForwardStaysSmall: a page that grew turn by turn is hardly larger
// than one made at once.
func TestFoldedForwardStaysSmall(t *testing.T) {
	t.Parallel()
	for _, sharing := range sharings {
		items := chat(600, 90, sharing.size)
		var grown Page
		var segs []Stored
		for i, it := range items {
			segs = append(segs, stored(uint64(i+1), put(it)))
			grown = fold(t, grown, uint64(i+1), 1, segs[i])
		}
		once := fold(t, Page{}, 600, 1, segs...)
		ratio := float64(len(grown.Bytes())) / float64(len(once.Bytes()))
		t.Logf("%s: %d bytes grown, %d at once: %.3f", sharing.name, len(grown.Bytes()), len(once.Bytes()), ratio)
		if ratio > 1.06 {
			t.Errorf("%s: a page that grew turn by turn is %.2f times the page made at once", sharing.name, ratio)
		}
		if !samePage(grown, once) {
			t.Errorf("%s: the two do not say the same", sharing.name)
		}
	}
}
