package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/worker/analyze/thesaurus"
)

// hashOf stands for a stemmer: plurals are one with their singular, "the" says nothing.
func hashOf(word string) (uint32, bool) {
	if word == "the" {
		return 0, false
	}
	hash := uint32(2166136261)
	for _, c := range strings.TrimSuffix(word, "s") {
		hash = (hash ^ uint32(c)) * 16777619
	}
	return hash, true
}

// vectors has words of six subjects, each word near to the others of its
// subject. They differ far more in two directions that say nothing of that.
func vectors() string {
	var b strings.Builder
	b.WriteString("the 9 9 9 9 9 9 9 9\n")
	for i := range 26 {
		for s, subject := range subjects() {
			v := [8]float64{float64(i*7%13-6) + 2, float64(i*5%11-5) - 3}
			v[2+s] = 2
			fmt.Fprintf(&b, "%s%c %s\n", subject, 'a'+i, strings.Trim(fmt.Sprint(v), "[]"))
		}
	}
	b.WriteString("12 1 1 1 1 1 1 1 1\nseaas 5 1 2 0 0 0 0 0\n")
	return b.String()
}

func subjects() []string { return []string{"sea", "hill", "lake", "wood", "road", "cave"} }

func TestMakeTable(t *testing.T) {
	t.Parallel()
	data, err := makeTable(strings.NewReader(vectors()), hashOf)
	if err != nil {
		t.Fatal(err)
	}
	table, err := thesaurus.Read(string(data))
	if err != nil {
		t.Fatal(err)
	}
	of := map[uint32]string{}
	for _, subject := range subjects() {
		for c := 'a'; c <= 'z'; c++ {
			hash, _ := hashOf(subject + string(c))
			of[hash] = subject
		}
	}
	for asked, subject := range of {
		akin := table.Akin(nil, []uint32{asked})
		if len(akin) != thesaurus.Neighbours {
			t.Errorf("%d words are akin to one of %s, want %d", len(akin), subject, thesaurus.Neighbours)
		}
		for _, r := range akin {
			if of[r.Hash] != subject {
				t.Errorf("a word of %s is akin to one of %s", of[r.Hash], subject)
			}
		}
	}
}

func TestReadVectors(t *testing.T) {
	t.Parallel()
	stems, err := readVectors(strings.NewReader("the 1 0\ncat 3 4\nx 1 1\ndog 0 -2\n4th 1 1\ncats 4 3\nelk 1 1\n"), hashOf, 6)
	if err != nil {
		t.Fatal(err)
	}
	if len(stems) != 2 || stems[0].rank != 1 || stems[1].rank != 3 {
		t.Fatalf("got %+v, want cat and dog", stems)
	}
	cat := stems[0].vector
	if cat[0] <= 0.6 || cat[0] >= 0.7 || cat[1] <= 0.7 || stems[1].vector[1] != -1 {
		t.Errorf("got %+v, want between the two cats and nearer to the first, and a dog of length 1", stems)
	}
	for _, bad := range []string{"cat 1 x\n", "cat 1 2\ndog 1\n"} {
		if _, err := readVectors(strings.NewReader(bad), hashOf, 6); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// TestTelling: the rarer a word, the more it tells.
func TestTelling(t *testing.T) {
	t.Parallel()
	if common, usual, rare := telling(0, 50_000), telling(500, 50_000), telling(50_000, 50_000); !(0 < common && common < usual && usual < rare && rare == 255) {
		t.Errorf("%d, %d and %d do not rise to 255", common, usual, rare)
	}
}
