package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/local"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/internal/await"
	"github.com/context-manager/context-manager/internal/transcript"
)

// devRun is a `dev` that runs in this process.
type devRun struct {
	out, err transcript.Text
	stop     context.CancelFunc
	code     chan int
}

func startDev(t *testing.T, state string) *devRun {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	d := &devRun{stop: cancel, code: make(chan int, 1)}
	args := []string{"dev", "--state", state, "--nats-port", "0", "--http", "127.0.0.1:0", "--l1", "8"}
	go func() { d.code <- run(ctx, args, nil, strings.NewReader(""), &d.out, &d.err) }()
	t.Cleanup(cancel)
	await.That(t, "dev to stay up", func() bool {
		if len(d.code) > 0 {
			t.Fatalf("dev ended:\n%s%s", d.out.String(), d.err.String())
		}
		return strings.Contains(d.out.String(), "Ctrl-C stops it.")
	})
	return d
}

func (d *devRun) drain(t *testing.T) {
	t.Helper()
	d.stop()
	if code := <-d.code; code != exitOK || !strings.Contains(d.out.String(), "Stopped.") {
		t.Errorf("dev ended with %d:\n%s%s", code, d.out.String(), d.err.String())
	}
}

// env takes the export lines that dev prints, as a person would.
func (d *devRun) env() []string {
	var env []string
	for _, m := range regexp.MustCompile(`(?m)^  export (.*)$`).FindAllStringSubmatch(d.out.String(), -1) {
		env = append(env, m[1])
	}
	return env
}

func TestDevShowsTheSampleAndStaysUp(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	first := startDev(t, state)
	checkTour(t, first.out.String())
	checkREADME(t, first.out.String())
	if !strings.Contains(first.out.String(), "86 added, 0 changed, 0 unchanged") {
		t.Errorf("the first run:\n%s", first.out.String())
	}
	reply := must(t, first.env(), "ask", "What does the sawmill cost a month?", "--session", sampleSession, "--user", sampleUser)
	if !strings.Contains(reply.out, "475") {
		t.Errorf("from another terminal:\n%s%s", reply.out, reply.err)
	}
	must(t, first.env(), "store", "A note of mine.", "--session", sampleSession, "--id", "mine")
	checkHealth(t, first.out.String())
	first.drain(t)

	second := startDev(t, state)
	checkTour(t, second.out.String())
	if !strings.Contains(second.out.String(), "0 added, 0 changed, 86 unchanged") {
		t.Errorf("the second run:\n%s", second.out.String())
	}
	if kept := must(t, second.env(), "list", "mine", "--session", sampleSession); !strings.Contains(kept.out, "A note of mine.") {
		t.Errorf("what was stored before the restart: %s%s", kept.out, kept.err)
	}
	second.drain(t)
}

// checkTour checks that each question's context has what answers it, and its cost.
func checkTour(t *testing.T, out string) {
	t.Helper()
	_, tour, _ := strings.Cut(out, "Question 1:")
	parts := regexp.MustCompile(`Question \d:`).Split(tour, -1)
	if len(parts) != 3 {
		t.Fatalf("%d questions were asked:\n%s", len(parts), out)
	}
	costs := regexp.MustCompile(`(\d+) of 600 tokens in \d+ items: immediate \d+, short_term \d+, long_term \d+, overhead \d+`)
	for i, want := range [][]string{
		{"Discs and pads cost 340 euros", "rear cross member"},
		{"isocyanates", "ard-wax oil"},
		{"18 March, 11:20", "floor plan 1:100"},
	} {
		for _, text := range want {
			if !strings.Contains(parts[i], text) {
				t.Errorf("question %d: its context has no %q:\n%s", i+1, text, parts[i])
			}
		}
		m := costs.FindStringSubmatch(parts[i])
		if m == nil {
			t.Fatalf("question %d: no cost:\n%s", i+1, parts[i])
		}
		if used, err := strconv.Atoi(m[1]); err != nil || used > tourTokens {
			t.Errorf("question %d used %s tokens", i+1, m[1])
		}
	}
}

// checkREADME checks that what README shows of the tour is what the tour shows.
func checkREADME(t *testing.T, out string) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(readme), "```\nQuestion 3:")
	block, _, found := strings.Cut(block, "```")
	if !found {
		t.Fatal("README shows no question 3")
	}
	for part := range strings.SplitSeq("Question 3:"+block, "...\n") {
		part = strings.Trim(part, " ")
		_, after, found := strings.Cut(out, part)
		if !found {
			t.Fatalf("README has\n%s\nwhere the tour has\n%s", part, out)
		}
		out = after
	}
}

func checkHealth(t *testing.T, out string) {
	t.Helper()
	m := regexp.MustCompile(`curl (http://\S+)/health`).FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("no address of HTTP in:\n%s", out)
	}
	for path, want := range map[string]string{"/health": `"worker": "ok"`, "/metrics": "context_manager_requests_total", "/health/readiness": "ok", "/health/liveness": "ok"} {
		if body := get(t, m[1]+path); !strings.Contains(body, want) {
			t.Errorf("%s: %s", path, body)
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v\n%s", url, response.Status, err, body)
	}
	return string(body)
}

func TestDevSaysWhatIsInItsWay(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	taken, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	locked, err := local.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer locked.Close()
	for want, args := range map[string][]string{
		"--http":      {"--http", taken.Addr().String(), "--nats-port", "0"},
		"--nats-port": {"--http", "127.0.0.1:0", "--nats-port", port},
		"--state":     {"--state", locked.Dir},
	} {
		o := runLine([]string{"CTX_STATE=" + t.TempDir()}, append([]string{"dev"}, args...)...)
		if o.code != exitFailed || !strings.Contains(o.err, "in use") || !strings.Contains(o.err, want) {
			t.Errorf("%v: exit code %d: %s", args, o.code, o.err)
		}
	}
}

// A start that was cut short, or a hand that tidied up, leaves one of the two
// files of the first key without the other: what to do is said, and it helps.
func TestDevSaysWhatToDoAboutAFirstKeyThatIsNone(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(s *local.State) error{
		"no ring":         func(s *local.State) error { return os.Remove(s.Ring()) },
		"half a key file": func(s *local.State) error { return os.WriteFile(s.KeyFile(), []byte(`{"id": "de`), 0o600) },
		"a key that is retired": func(s *local.State) error {
			key, _, err := s.Key()
			return errors.Join(err, exitError(runLine(nil, "key", "retire", key.ID, "--keys-file", s.Ring())))
		},
		"another ring": func(s *local.State) error {
			return errors.Join(os.Remove(s.Ring()), exitError(runLine(nil, "key", "new", "--tenant", "demo", "--keys-file", s.Ring())))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			state, err := local.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = state.Key()
			if err := errors.Join(err, spoil(state)); err != nil {
				t.Fatal(err)
			}
			state.Close()
			o := runLine(nil, "dev", "--state", dir, "--nats-port", "0", "--http", "127.0.0.1:0")
			if o.code != exitFailed || !strings.Contains(o.err, "delete "+state.KeyFile()+", and the next start makes another") || o.out != "" {
				t.Fatalf("exit code %d\n%s%s", o.code, o.out, o.err)
			}
			if err := os.Remove(state.KeyFile()); err != nil {
				t.Fatal(err)
			}
			startDev(t, dir).drain(t)
		})
	}
}

// exitError is what went wrong with a command line.
func exitError(o outcome) error {
	if o.code != exitOK {
		return errors.New(o.err)
	}
	return nil
}

func TestSampleIsWorthAsking(t *testing.T) {
	t.Parallel()
	records, err := sampleRecords()
	if err != nil {
		t.Fatal(err)
	}
	turns, facts, groups, days := 0, 0, make(map[string]int), make(map[string]bool)
	for _, r := range records {
		if r.Owner.ID == sampleUser {
			facts++
			continue
		}
		turns++
		days[shell.Clock(r.Item.Time)[:10]] = true
		if r.Item.Group != "" {
			groups[r.Item.Group]++
		}
		if r.Item.Time >= sampleNow {
			t.Errorf("%s is after the questions", r.Item.ID)
		}
	}
	if turns < 60 || facts < 10 || len(days) < 5 || len(groups) < 2 {
		t.Errorf("%d turns, %d facts, %d days, %d groups", turns, facts, len(days), len(groups))
	}
	for group, n := range groups {
		if n != 2 {
			t.Errorf("group %s has %d items, want a call and its result", group, n)
		}
	}
}
