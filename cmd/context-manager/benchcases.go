package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
)

// A benchCase is one thing that is measured.
type benchCase struct {
	name  string
	bare  string // the case that its ratio compares with
	items int    // of one call, for throughput in items
	call  func(ctx context.Context, caller int) error
}

// benchCounterparts names every case, and the bare case that each is compared with.
var benchCounterparts = map[string]string{
	"echo": "", "echo_600": "", "echo_job": "", "kv_put": "",
	"assemble_40_hit": "echo", "assemble_40_stale": "echo",
	"assemble_600_hit": "echo_600", "assemble_600_stale": "echo_600", "assemble_600_cold": "echo_600",
	"store_1": "kv_put", "store_50": "kv_put", "job": "echo_job", "mixed": "echo",
}

func benchNames() string {
	names := make([]string, 0, len(benchCounterparts))
	for name := range benchCounterparts {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// selectCases keeps those named by only, and their counterparts. No names keep all.
func selectCases(all []benchCase, only []string) []benchCase {
	if len(only) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(c benchCase) bool {
		return !slices.ContainsFunc(only, func(name string) bool { return name == c.name || benchCounterparts[name] == c.name })
	})
}

const (
	benchBudget   = 2048
	benchQuestion = "Which pump did the mechanic order for the heating, and when does it arrive?"
	writeSessions = 1024 // sessions that stores are spread over
)

// cases stores what will be asked for, and makes every case.
func (w *benchWorld) cases(ctx context.Context, callers int) ([]benchCase, error) {
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
	cases := []benchCase{
		{name: "echo", call: w.echo(small)},
		{name: "echo_600", call: w.echo(large)},
		{name: "echo_job", call: echoJob},
		{name: "kv_put", call: put, items: 1},
		{name: "assemble_40_hit", call: w.assemble("s40", 0)},
		{name: "assemble_40_stale", call: w.assemble("s40", time.Minute)},
		{name: "assemble_600_hit", call: w.assemble("s600", 0)},
		{name: "assemble_600_stale", call: w.assemble("s600", time.Minute)},
		{name: "assemble_600_cold", call: w.assembleCold()},
		{name: "store_1", call: w.store(1), items: 1},
		{name: "store_50", call: w.store(50), items: 50},
		{name: "job", call: w.job(), items: 1},
		{name: "mixed", call: w.mixed()},
	}
	for i := range cases {
		cases[i].bare = benchCounterparts[cases[i].name]
	}
	return cases, nil
}

// seed stores the sessions that are asked for.
func (w *benchWorld) seed(ctx context.Context) error {
	for _, s := range []struct {
		session string
		items   int
	}{{"s40", 40}, {"s600", 600}} {
		if err := storeTurns(ctx, w.clients[0].Store, s.session, s.items); err != nil {
			return err
		}
	}
	return storeTurns(ctx, w.colds[0].Store, "s600", 600)
}

func storeTurns(ctx context.Context, store func(context.Context, messages.StoreRequest) (messages.StoreReply, error), session string, n int) error {
	for from := 0; from < n; from += 150 {
		r := messages.StoreRequest{Session: session}
		for i := from; i < min(from+150, n); i++ {
			r.Items = append(r.Items, benchTurn(i))
		}
		if _, err := store(ctx, r); err != nil {
			return fmt.Errorf("store what will be asked for: %w", err)
		}
	}
	return nil
}

// A benchSize is how large a request and its reply are.
type benchSize struct{ request, reply int }

// sizes measures what an assemble sends and gets, for the echo to send and get as much.
func (w *benchWorld) sizes(ctx context.Context, session string) (benchSize, error) {
	request := assembleRequest(session, 0)
	reply, err := w.clients[0].Assemble(ctx, request)
	if err != nil {
		return benchSize{}, err
	}
	asked, err := json.Marshal(request)
	if err != nil {
		return benchSize{}, err
	}
	got, err := json.Marshal(reply)
	return benchSize{request: len(asked), reply: len(got)}, err
}

func assembleRequest(session string, maxStale time.Duration) messages.AssembleRequest {
	return messages.AssembleRequest{
		Session: session, Query: benchQuestion, MaxTokens: benchBudget, Format: messages.FormatText, MaxStaleMS: maxStale.Milliseconds(),
	}
}

func (w *benchWorld) echo(size benchSize) func(context.Context, int) error {
	body, want := make([]byte, size.request), strconv.Itoa(size.reply)
	return func(ctx context.Context, caller int) error {
		m := &nats.Msg{Subject: echoSubject(w.flags.Prefix), Data: body, Header: nats.Header{echoSizeHeader: {want}}}
		_, err := w.conns[caller%benchConns].RequestMsgWithContext(ctx, m)
		return err
	}
}

// echoJob sends what a job that stores one item would, and waits for it to
// come back, to an inbox that each caller keeps.
func (w *benchWorld) echoJob(callers int) (func(context.Context, int) error, error) {
	body, err := json.Marshal(messages.StoreRequest{Session: "s", Items: []messages.Item{benchTurn(0)}})
	if err != nil {
		return nil, err
	}
	inboxes := make([]*nats.Subscription, callers)
	for i := range inboxes {
		if inboxes[i], err = w.conns[i%benchConns].SubscribeSync(nats.NewInbox()); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, caller int) error {
		inbox := inboxes[caller]
		m := &nats.Msg{Subject: echoJobSubject(w.flags.Prefix), Data: body, Header: nats.Header{echoReplyHeader: {inbox.Subject}}}
		if _, err := w.conns[caller%benchConns].RequestMsgWithContext(ctx, m); err != nil {
			return err
		}
		_, err := inbox.NextMsgWithContext(ctx)
		return err
	}, nil
}

// kvPut puts values of an item's size over many keys.
func (w *benchWorld) kvPut(ctx context.Context) (func(context.Context, int) error, error) {
	var buckets [benchConns]jetstream.KeyValue
	for i, nc := range w.conns {
		js, err := jetstream.New(nc)
		if err != nil {
			return nil, err
		}
		if buckets[i], err = js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: tierBucket(w.flags.Prefix)}); err != nil {
			return nil, err
		}
	}
	value := make([]byte, 300)
	var n atomic.Uint64
	return func(ctx context.Context, caller int) error {
		_, err := buckets[caller%benchConns].Put(ctx, "k"+strconv.FormatUint(n.Add(1), 10), value)
		return err
	}, nil
}

func tierBucket(prefix string) string { return prefix + "-put" }

func (w *benchWorld) assemble(session string, maxStale time.Duration) func(context.Context, int) error {
	return func(ctx context.Context, caller int) error {
		_, err := w.clients[caller%benchConns].Assemble(ctx, assembleRequest(session, maxStale))
		return err
	}
}

func (w *benchWorld) assembleCold() func(context.Context, int) error {
	return func(ctx context.Context, caller int) error {
		_, err := w.colds[caller%benchConns].Assemble(ctx, assembleRequest("s600", 0))
		return err
	}
}

func (w *benchWorld) store(items int) func(context.Context, int) error {
	next := storeRequests("w", items)
	return func(ctx context.Context, caller int) error {
		_, err := w.clients[caller%benchConns].Store(ctx, next())
		return err
	}
}

// storeRequests gives batches of turns that were made up before, so that
// making them up is not measured. Each has ids of its own.
func storeRequests(kind string, items int) func() messages.StoreRequest {
	turns := make([]messages.Item, 4096)
	for i := range turns {
		turns[i] = benchTurn(i)
	}
	var n atomic.Uint64
	return func() messages.StoreRequest {
		at := n.Add(1)
		r := messages.StoreRequest{Session: kind + strconv.Itoa(items) + "-" + strconv.FormatUint(at%writeSessions, 10), Items: make([]messages.Item, items)}
		for i := range r.Items {
			turn := at*uint64(items) + uint64(i)
			r.Items[i] = turns[turn%uint64(len(turns))]
			r.Items[i].ID = "turn-" + strconv.FormatUint(turn, 10)
		}
		return r
	}
}

func (w *benchWorld) job() func(context.Context, int) error {
	next := storeRequests("j", 1)
	return func(ctx context.Context, caller int) error {
		r := next()
		var reply messages.StoreReply
		return w.clients[caller%benchConns].SubmitAndWait(ctx, messages.OpStore, r, &reply)
	}
}

// mixed is four assembles to one store.
func (w *benchWorld) mixed() func(context.Context, int) error {
	var n atomic.Uint64
	ask, store := w.assemble("s40", 0), w.store(1)
	return func(ctx context.Context, caller int) error {
		if n.Add(1)%5 == 0 {
			return store(ctx, caller)
		}
		return ask(ctx, caller)
	}
}
