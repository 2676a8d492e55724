package eval

import (
	"slices"
	"strconv"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/timing"
)

// shares are how much of one question's evidence was found, at each size.
type shares struct {
	items  [len(itemCounts)]float64
	tokens [len(tokenBudgets)]float64
}

// scores add up what an evaluation found.
type scores struct {
	all        total
	categories map[string]*total
	times      []time.Duration
}

type total struct {
	questions int
	found     shares
}

func newScores() *scores { return &scores{categories: make(map[string]*total)} }

func (s *scores) add(category string, f shares) {
	sum := s.categories[category]
	if sum == nil {
		sum = &total{}
		s.categories[category] = sum
	}
	sum.add(f)
	s.all.add(f)
}

func (s *scores) took(d time.Duration) { s.times = append(s.times, d) }

func (s *total) add(f shares) {
	s.questions++
	for i, recall := range f.items {
		s.found.items[i] += recall
	}
	for i, recall := range f.tokens {
		s.found.tokens[i] += recall
	}
}

// results are what an evaluation found: recalls are fractions of 1,
// averaged over questions; times are microseconds.
type results struct {
	recalls
	ByCategory map[string]recalls `json:"by_category"`
	AssembleUS latencies          `json:"assemble_us"`
}

type recalls struct {
	Questions int                `json:"questions"`
	RecallAt  map[string]float64 `json:"recall_at"` // by number of items
	RecallIn  map[string]float64 `json:"recall_in"` // by number of tokens
}

type latencies struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

func (s *scores) report() results {
	r := results{recalls: s.all.recall(), ByCategory: make(map[string]recalls)}
	for name, sum := range s.categories {
		r.ByCategory[name] = sum.recall()
	}
	slices.Sort(s.times)
	r.AssembleUS = latencies{P50: timing.Percentile(s.times, 50), P99: timing.Percentile(s.times, 99)}
	return r
}

func (s *total) recall() recalls {
	r := recalls{Questions: s.questions, RecallAt: make(map[string]float64), RecallIn: make(map[string]float64)}
	for i, k := range itemCounts {
		r.RecallAt[strconv.Itoa(k)] = s.found.items[i] / float64(s.questions)
	}
	for i, n := range tokenBudgets {
		r.RecallIn[strconv.Itoa(n)] = s.found.tokens[i] / float64(s.questions)
	}
	return r
}
