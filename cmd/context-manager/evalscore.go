package main

import (
	"slices"
	"strconv"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/timing"
)

// evalFound is the recall of one question, at each size.
type evalFound struct {
	items  [len(evalItems)]float64
	tokens [len(evalTokens)]float64
}

// evalScores add up what an evaluation found.
type evalScores struct {
	all        evalSum
	categories map[string]*evalSum
	times      []time.Duration
}

type evalSum struct {
	questions int
	found     evalFound
}

func newEvalScores() *evalScores { return &evalScores{categories: make(map[string]*evalSum)} }

func (s *evalScores) add(category string, f evalFound) {
	sum := s.categories[category]
	if sum == nil {
		sum = &evalSum{}
		s.categories[category] = sum
	}
	sum.add(f)
	s.all.add(f)
}

func (s *evalScores) took(d time.Duration) { s.times = append(s.times, d) }

func (s *evalSum) add(f evalFound) {
	s.questions++
	for i, recall := range f.items {
		s.found.items[i] += recall
	}
	for i, recall := range f.tokens {
		s.found.tokens[i] += recall
	}
}

// An evalReport is what an evaluation found: recalls are fractions of 1,
// averaged over questions; times are microseconds.
type evalReport struct {
	evalRecall
	ByCategory map[string]evalRecall `json:"by_category"`
	AssembleUS evalTimes             `json:"assemble_us"`
}

type evalRecall struct {
	Questions int                `json:"questions"`
	RecallAt  map[string]float64 `json:"recall_at"` // by number of items
	RecallIn  map[string]float64 `json:"recall_in"` // by number of tokens
}

type evalTimes struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

func (s *evalScores) report() evalReport {
	r := evalReport{evalRecall: s.all.recall(), ByCategory: make(map[string]evalRecall)}
	for name, sum := range s.categories {
		r.ByCategory[name] = sum.recall()
	}
	slices.Sort(s.times)
	r.AssembleUS = evalTimes{P50: timing.Percentile(s.times, 50), P99: timing.Percentile(s.times, 99)}
	return r
}

func (s *evalSum) recall() evalRecall {
	r := evalRecall{Questions: s.questions, RecallAt: make(map[string]float64), RecallIn: make(map[string]float64)}
	for i, k := range evalItems {
		r.RecallAt[strconv.Itoa(k)] = s.found.items[i] / float64(s.questions)
	}
	for i, n := range evalTokens {
		r.RecallIn[strconv.Itoa(n)] = s.found.tokens[i] / float64(s.questions)
	}
	return r
}
