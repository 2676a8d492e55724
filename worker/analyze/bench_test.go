package analyze

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/page"
)

// turns are of usual length: 30 tokens on average.
func turns() []string {
	return []string{
		"Hey! How was the trip to the lake last weekend? Did the kids enjoy the boat?",
		"It was great, thanks! We rented a small cabin near the water and the weather held up until Sunday evening.",
		"I'm thinking of signing up for a pottery class in October, my sister says that the teacher is patient.",
		"The deploy of api-gateway v2.3.1 failed at 14:02: connection refused by db-primary, see /var/log/deploy.log for details.",
		"Sounds good. Let me know when you're done.",
	}
}

func BenchmarkItem(b *testing.B) {
	a := testAnalyzer(b)
	texts := turns()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		it := page.Item{Role: page.User, Name: "Ana", Text: texts[i%len(texts)]}
		a.Item(&it)
	}
}

func BenchmarkQuery(b *testing.B) {
	a := testAnalyzer(b)
	now := time.Unix(1_700_000_000, 0)
	b.ReportAllocs()
	for b.Loop() {
		a.Query("When did Ana's sister sign up for the pottery class in October?", "", now)
	}
}

// TestQueriesAllocateLittle: the words, the terms, the dates. A scan is used
// again, unless the pool lost it, so the best of some runs counts.
// AllocsPerRun counts the whole program, so this test is not parallel.
func TestQueriesAllocateLittle(t *testing.T) { //nolint:paralleltest // as said
	a := testAnalyzer(t)
	now := time.Unix(1_700_000_000, 0)
	for query, most := range map[string]float64{
		"When did Ana's sister sign up for the pottery class in October?":       4,
		"Wann hat sich Anas Schwester für den Töpferkurs im Oktober angemeldet": 9,
	} {
		least := 1e9
		for range 20 {
			least = min(least, testing.AllocsPerRun(1, func() { a.Query(query, "", now) }))
		}
		if least > most {
			t.Errorf("%v allocations for %q, want %v at most", least, query, most)
		}
	}
}

// TestItemsAllocateLittle: the line, its bytes, the terms, the item.
func TestItemsAllocateLittle(t *testing.T) { //nolint:paralleltest // as above
	a := testAnalyzer(t)
	for _, text := range turns() {
		least := 1e9
		for range 20 {
			least = min(least, testing.AllocsPerRun(1, func() {
				it := page.Item{Role: page.User, Name: "Ana", Text: text}
				a.Item(&it)
			}))
		}
		if least > 4 {
			t.Errorf("%v allocations for %q, want 4 at most", least, text)
		}
	}
}
