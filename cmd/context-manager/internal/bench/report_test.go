package bench

import (
	"slices"
	"testing"
	"time"
)

// Ratios are those of a case to its bare one: what it does a second in that of
// the other, what it takes in that. A case without one is compared with nothing.
func TestFiguresAreComparedWithTheBareCase(t *testing.T) {
	t.Parallel()
	ms := func(numbers ...int) []time.Duration {
		times := make([]time.Duration, len(numbers))
		for i, n := range numbers {
			times[i] = time.Duration(n) * time.Millisecond
		}
		return times
	}
	cases := []trial{{name: "echo"}, {name: "mixed", bare: "echo", items: 5}, {name: "alone", bare: "not measured"}}
	r := runner{cases: cases, times: map[string]*callTimes{
		"echo":  {one: ms(1, 2, 3), many: ms(4, 4, 4, 4), manyFor: time.Second, worker: usage{allocations: 100}},
		"mixed": {one: ms(9, 6, 3), many: ms(7, 5), manyFor: 2 * time.Second, half50: []float64{3, 1, 2}, worker: usage{allocations: 10, cpu: 1e-3, resident: 1 << 20}},
		"alone": {one: ms(1), many: ms(1), manyFor: time.Second},
	}}
	got := r.report()
	want := figures{
		P50: 6000, P99: 9000, PerS: 1, P50m: 5000, P99m: 7000, P50h: 2, Items: 5,
		Bare: "echo", Ratio: 0.25, P50Ratio: 3, Allocations: 5, CPU: 500, Resident: 1,
	}
	if got["mixed"] != want {
		t.Errorf("got  %+v\nwant %+v", got["mixed"], want)
	}
	if f := got["echo"]; f.Bare != "" || f.Ratio != 0 || f.PerS != 4 || f.Allocations != 0 {
		t.Errorf("the bare case has %+v", f)
	}
	if f := got["alone"]; f.Bare != "" || f.Ratio != 0 {
		t.Errorf("a case whose bare one was not measured has %+v", f)
	}
}

func TestCasesComeWithThoseThatTheyAreComparedWith(t *testing.T) {
	t.Parallel()
	for only, want := range map[string][]string{"": {"echo", "kv_put", "store_1", "mixed"}, "mixed": {"echo", "mixed"}, "echo": {"echo"}} {
		names, all := []string{}, []trial{{name: "echo"}, {name: "kv_put"}, {name: "store_1"}, {name: "mixed"}}
		for _, c := range selectCases(all, slices.DeleteFunc([]string{only}, func(s string) bool { return s == "" })) {
			names = append(names, c.name)
		}
		if !slices.Equal(names, want) {
			t.Errorf("of %q there are %q, want %q", only, names, want)
		}
	}
}

// Growth is told round by round: a size is compared with the first of its kind
// as that was in the same round.
func TestGrowthIsComparedWithTheFirstSize(t *testing.T) {
	t.Parallel()
	g := growth{cases: []*growthCase{
		{Kind: "own", Size: 40, ones: []float64{1, 10, 100}, many: []float64{8, 8, 4}},
		{Kind: "others", Size: 2, ones: []float64{5}, many: []float64{5}},
		{Kind: "own", Size: 80, ones: []float64{3, 20, 200}, many: []float64{2, 4, 4}},
	}}
	g.settle()
	first, second := g.cases[0], g.cases[2]
	if first.P50 != 10 || first.PerS != 8 || first.P50X != 1 || first.PerX != 1 || first.Of != 1 {
		t.Errorf("the first size has %+v", first)
	}
	if second.P50 != 20 || second.PerS != 4 || second.P50X != 2 || second.PerX != 0.5 || second.Of != 2 {
		t.Errorf("the second size has %+v", second)
	}
}
