package analyze

import (
	"cmp"
	"slices"
	"strings"

	"github.com/context-manager/context-manager/worker/assemble"
)

// What words of one concept are worth to each other, as uses of a word.
const (
	toParticular = 1.0 // "dog" where "pet" is asked for
	toGeneral    = 0.4 // "pet" where "dog" is asked for
)

// concepts maps stems to the stems that may stand for them.
func (l *lexicon) concepts(lines string) map[uint32][]assemble.Related {
	found := make(map[uint32][]assemble.Related)
	for line := range strings.Lines(lines) {
		general, particular, ok := strings.Cut(line, "=")
		if !ok {
			continue
		}
		heads, members := l.hashes(general), l.hashes(particular)
		for _, h := range heads {
			found[h] = relate(found[h], h, heads, toParticular)
			found[h] = relate(found[h], h, members, toParticular)
		}
		for _, m := range members {
			found[m] = relate(found[m], m, heads, toGeneral)
		}
	}
	for _, related := range found {
		slices.SortFunc(related, func(a, b assemble.Related) int { return cmp.Compare(a.Hash, b.Hash) })
	}
	return found
}

func (l *lexicon) hashes(words string) []uint32 {
	var hashes []uint32
	for _, w := range strings.Fields(words) {
		hashes = append(hashes, l.word(w).hash)
	}
	return hashes
}

// relate adds hashes to what is related to self, each once with its highest weight.
func relate(known []assemble.Related, self uint32, hashes []uint32, weight float32) []assemble.Related {
next:
	for _, h := range hashes {
		if h == self {
			continue
		}
		for i := range known {
			if known[i].Hash == h {
				known[i].Weight = max(known[i].Weight, weight)
				continue next
			}
		}
		known = append(known, assemble.Related{Hash: h, Weight: weight})
	}
	return known
}
