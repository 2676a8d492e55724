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
