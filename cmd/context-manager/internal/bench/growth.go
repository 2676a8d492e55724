package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/timing"
)

// growthFlags ask how the same assemble fares as what is around it grows.
type growthFlags struct {
	Growth bool  `help:"Measure instead how an assemble of 40 items fares among --others sessions, how it grows with --own items, and what a second worker adds over the most of those."`
	Others []int `placeholder:"COUNT" help:"With --growth: how many other sessions the bucket has. The first is what the others are compared with. Default: 100,10000,200000."`
	Own    []int `placeholder:"COUNT" help:"With --growth: how many items the session has. Default: 40,600,5000."`
}

// checkGrowth refuses what would go unheard, and fills in what was not given.
func (c *Command) checkGrowth() error {
	if !c.Growth {
		if len(c.Others)+len(c.Own) > 0 {
			return shell.Usagef("--others and --own go with --growth: without it they say nothing")
		}
		return nil
	}
	if len(c.Only) > 0 {
		return shell.Usagef("--only does not go with --growth, which has cases of its own: --others and --own say which")
	}
	if len(c.Others) == 0 {
		c.Others = []int{100, 10_000, 200_000}
	}
	if len(c.Own) == 0 {
		c.Own = []int{40, 600, 5000}
	}
	if min(slices.Min(c.Others), slices.Min(c.Own)) < 1 {
		return shell.Usagef("--others and --own must name sizes of 1 or more")
	}
	return nil
}

// A growthCase is one thing that grows, at one size.
type growthCase struct {
	Kind string  `json:"kind"` // others, own or workers
	Size int     `json:"size"`
	P50  float64 `json:"p50_us"`      // one caller, the median of all rounds
	PerS float64 `json:"per_s"`       // many callers
	P50X float64 `json:"p50_ratio"`   // to the kind's first size, the median of rounds
	PerX float64 `json:"per_s_ratio"` // the same of per_s
	Of   float64 `json:"size_ratio"`  // size to the first size
	call func(context.Context, int) error
	ones []float64 // p50 of each round
	many []float64
}

// A growth is what grows: a world for each size of crowd, and one with two workers.
type growth struct {
	cmd    *Command
	worlds []*world
	cases  []*growthCase
}

func (c *Command) growth(ctx context.Context, sh *shell.Shell) (err error) {
	g := &growth{cmd: c}
	defer func() { err = errors.Join(ended(ctx, err), g.close()) }()
	if err := g.open(ctx, sh); err != nil {
		return err
	}
	if err := g.measure(ctx, shell.NewProgress(sh, c.Rounds+1, "round")); err != nil {
		return err
	}
	return g.show(sh)
}

// measure measures round by round, after one that warms up.
func (g *growth) measure(ctx context.Context, bar *shell.Progress) error {
	defer bar.End()
	for round := range g.cmd.Rounds + 1 {
		if err := g.round(ctx); err != nil {
			return err
		}
		if round == 0 {
			g.forget()
		}
		bar.Add(1)
	}
	return nil
}

func (g *growth) close() (err error) {
	for _, w := range g.worlds {
		err = errors.Join(err, w.close())
	}
	return err
}

func (g *growth) open(ctx context.Context, sh *shell.Shell) error {
	for i, others := range g.cmd.Others {
		w, err := g.world(ctx, sh, others)
		if err != nil {
			return err
		}
		if err := g.add(ctx, "others", others, w, forty); err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		for _, own := range g.cmd.Own {
			if err := g.add(ctx, "own", own, w, own); err != nil {
				return err
			}
		}
	}
	return g.workers(ctx, onOneCore(sh))
}

// workers makes worlds of one worker and of two, each worker on one core, so
// that a second one finds a core to work on. The session is the largest: over a
// few items server and callers have more to do than a worker, and two cores are
// full before a second one is there.
func (g *growth) workers(ctx context.Context, sh *shell.Shell) error {
	for n := range 2 {
		w, err := g.world(ctx, sh, g.cmd.Others[0])
		if err != nil {
			return err
		}
		for range n {
			another, err := w.startWorker(ctx, sh, w.flags.Prefix, g.cmd.L1)
			if err != nil {
				return err
			}
			w.others = append(w.others, another)
		}
		if err := g.add(ctx, "workers", n+1, w, slices.Max(g.cmd.Own)); err != nil {
			return err
		}
	}
	return nil
}

// onOneCore is a shell whose children have one core each.
func onOneCore(sh *shell.Shell) *shell.Shell {
	one := *sh
	one.Env = maps.Clone(sh.Env)
	one.Env["GOMAXPROCS"] = "1"
	return &one
}

// forty is how many items the session has where something else grows.
const forty = 40

// add adds a case over a session of so many items, which it stores.
func (g *growth) add(ctx context.Context, kind string, size int, w *world, items int) error {
	session := fmt.Sprint(kind, items)
	if err := storeTurns(ctx, w.clients[0], session, items); err != nil {
		return err
	}
	g.cases = append(g.cases, &growthCase{Kind: kind, Size: size, call: w.assemble(session, 0)})
	return nil
}

// world starts a world whose bucket has so many other sessions.
func (g *growth) world(ctx context.Context, sh *shell.Shell, others int) (*world, error) {
	w, err := newWorld(ctx, g.cmd, sh)
	if err != nil {
		return nil, err
	}
	g.worlds = append(g.worlds, w)
	return w, w.crowd(ctx, others)
}

// round measures every case once at one caller and once at many.
func (g *growth) round(ctx context.Context) error {
	for _, callers := range []int{1, g.cmd.Callers} {
		for _, c := range g.cases {
			times, took, err := runCallers(ctx, trial{call: c.call}, callers, g.cmd.Duration, 0)
			if err != nil {
				return fmt.Errorf("%s, %d: %w", c.Kind, c.Size, err)
			}
			slices.Sort(times)
			if callers == 1 {
				c.ones = append(c.ones, timing.Percentile(times, 50))
			} else {
				c.many = append(c.many, float64(len(times))/took.Seconds())
			}
		}
	}
	return nil
}

func (g *growth) forget() {
	for _, c := range g.cases {
		c.ones, c.many = nil, nil
	}
}
