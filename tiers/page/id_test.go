package page

import (
	"fmt"
	"testing"
)

// Ids come back as they were given, whatever they look like: those that follow
// from a request's, today's and earlier builds', and those that only seem to.
func TestIDsOfAllFormsComeBack(t *testing.T) {
	t.Parallel()
	ids := []string{
		"XSYR1aTdK0A-0", "XSYR1aTdK0A-1", "YSYR1aTdK0A-0", "ZSYR1aTdK0A-0", "ZSYR1aTdK0A-1", "ZSYR1aTdK0A-2", "ZSYR1aTdK0A-007",
		"XSYR1aTdK0B-0", // its last digit says more bits than eight bytes have
		"XSYR1aTdK0A", "XSYR1aTdK0_0", "XSYR1aTdK\n0A-3", "XSYR1aTdK!A-3", "-1", "1", "",
		"AAECAwQFBgcICQoLDA0ODw-0", "AAECAwQFBgcICQoLDA0ODx-0", "BAECAwQFBgcICQoLDA0ODw-4000000000",
	}
	items := make([]Item, len(ids))
	for i, id := range ids {
		items[i] = turns(1, 20)[0]
		items[i].ID = id
	}
	at := func(p Page, id string) {
		t.Helper()
		if i, ok := p.Find(id); !ok || p.ID(i) != id {
			t.Errorf("%q is not found, or comes back as another", id)
		}
	}
	once := fold(t, Page{}, 1, 1, inSegments(items, 1)[0])
	var grown Page
	for i, it := range items {
		grown = fold(t, grown, uint64(i+1), 1, stored(uint64(i+1), put(it)))
	}
	for _, id := range ids {
		at(once, id)
		at(grown, id)
	}
}

// An id that follows from a request's is kept as the eight bytes that it is.
func TestAnIDOfARequestCostsItsBytes(t *testing.T) {
	t.Parallel()
	size := func(format string) int {
		items := turns(400, 90)
		for i := range items {
			items[i].ID = fmt.Sprintf(format, 'A'+i/20, 'A'+i%20)
		}
		return len(fold(t, Page{}, 1, 1, inSegments(items, 1)[0]).Bytes())
	}
	if apart := size("XSYR1aT%c%c0!-0") - size("XSYR1aT%c%c0A-0"); apart < 400*4 {
		t.Errorf("400 ids of requests take %d bytes less than others as long", apart)
	}
}
