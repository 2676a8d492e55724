package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// A trial is one case: a thing that is measured.
type trial struct {
	name  string
	bare  string // the case that its ratio compares with
	items int    // of one call, for throughput in items
	call  func(ctx context.Context, caller int) error

	prepare func(ctx context.Context) error // stores what will be asked for, if that is not there for all; may be nil
	worker  *process                        // that is asked, if it is another than for all
}

// counterparts names every case, and the bare case that each is compared with.
var counterparts = map[string]string{
	"echo": "", "echo_600": "", "echo_job": "", "kv_put": "",
	"assemble_40_hit": "echo", "assemble_40_stale": "echo",
	"assemble_600_hit": "echo_600", "assemble_600_stale": "echo_600", "assemble_600_cold": "echo_600",
	"store_1": "kv_put", "store_50": "kv_put", "job": "echo_job", "mixed": "echo",
}

func caseNames() string { return strings.Join(slices.Sorted(maps.Keys(counterparts)), ", ") }

// selectCases keeps those named by only, and their counterparts. No names keep all.
func selectCases(all []trial, only []string) []trial {
	if len(only) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(c trial) bool {
		return !slices.ContainsFunc(only, func(name string) bool { return name == c.name || counterparts[name] == c.name })
	})
}

const (
	budget        = 2048
	question      = "Which pump did the mechanic order for the heating, and when does it arrive?"
	writeSessions = 1024 // sessions that stores are spread over
)

// cases stores what will be asked for, and makes every case.
func (w *world) cases(ctx context.Context, callers int) ([]trial, error) {
	if err := w.seed(ctx); err != nil {
		return nil, err
	}
	small, err := w.sizes(ctx, "s40")
	if err != nil {
		return nil, err
	}
	large, err := w.sizes(ctx, "s600")
	if err != nil {
		return nil, err
	}
	put, err := w.kvPut(ctx)
	if err != nil {
		return nil, err
	}
	echoJob, err := w.echoJob(callers)
	if err != nil {
		return nil, err
	}
	cases := []trial{
		{name: "echo", call: w.echo(small)},
		{name: "echo_600", call: w.echo(large)},
		{name: "echo_job", call: echoJob},
		{name: "kv_put", call: put, items: 1},
		{name: "assemble_40_hit", call: w.assemble("s40", 0)},
		{name: "assemble_40_stale", call: w.assemble("s40", time.Minute)},
		{name: "assemble_600_hit", call: w.assemble("s600", 0)},
		{name: "assemble_600_stale", call: w.assemble("s600", time.Minute)},
		{name: "assemble_600_cold", call: w.assembleCold(), prepare: w.seedCold(callers), worker: w.uncached},
		{name: "store_1", call: w.store(1), items: 1},
		{name: "store_50", call: w.store(50), items: 50},
		{name: "job", call: w.job(), items: 1},
		{name: "mixed", call: w.mixed()},
	}
	for i := range cases {
		cases[i].bare = counterparts[cases[i].name]
	}
	return cases, nil
}

// seed stores the sessions that are asked for.
func (w *world) seed(ctx context.Context) error {
	for _, s := range []struct {
		session string
		items   int
	}{{"s40", 40}, {"s600", 600}} {
		if err := storeTurns(ctx, w.clients[0], s.session, s.items); err != nil {
			return err
		}
	}
	return nil
}

// seedCold gives each caller a session of its own: those who read the same at
// once share the load of it.
func (w *world) seedCold(callers int) func(context.Context) error {
	return func(ctx context.Context) error {
		for caller := range callers {
			if err := storeTurns(ctx, w.colds[caller%connections], coldSession(caller), 600); err != nil {
				return err
			}
		}
		return nil
	}
}

func storeTurns(ctx context.Context, c *client.Client, session string, n int) error {
	for from := 0; from < n; from += 150 {
		r := messages.StoreRequest{Session: session}
		for i := from; i < min(from+150, n); i++ {
			r.Items = append(r.Items, Turn(i))
		}
		if _, err := c.Store(ctx, r); err != nil {
			return fmt.Errorf("store what will be asked for: %w", err)
		}
	}
	return nil
}

// A payload is how large a request and its reply are.
type payload struct{ request, reply int }

// sizes measures what an assemble sends and gets, for the echo to send and get as much.
func (w *world) sizes(ctx context.Context, session string) (payload, error) {
	request := assembleRequest(session, 0)
	reply, err := w.clients[0].Assemble(ctx, request)
	if err != nil {
		return payload{}, err
	}
	asked, err := json.Marshal(request)
	if err != nil {
		return payload{}, err
	}
	got, err := json.Marshal(reply)
	return payload{request: len(asked), reply: len(got)}, err
}
