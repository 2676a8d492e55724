package assemble_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// A scenario is a file of testdata/eval: what was said, and questions with the
// items that answer them.
type scenario struct {
	Name          string
	About         string
	Now           time.Time
	Session, User []scenarioItem
	Questions     []struct {
		Question string
		Evidence []string
	}
}

type scenarioItem struct {
	ID, Level, Role, Name, Text, Group string
	At                                 time.Time
}

func (s scenarioItem) item(level page.Level) page.Item {
	if s.Level == "short_term" {
		level = page.ShortTerm
	}
	it := item(s.ID, level, s.Text)
	it.Name, it.Group, it.Time = s.Name, s.Group, s.At.UnixMilli()
	switch s.Role {
	case "assistant":
		it.Role = page.Assistant
	case "tool":
		it.Role = page.Tool
	}
	return it
}

func readScenario(t *testing.T, file string) scenario {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s scenario
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEvaluationSet asserts evidence recall on the project's own scenarios:
// the share of the items that answer a question among the 8 best, and within
// 256 tokens, of 450 to 5,400 that a scenario has.
func TestEvaluationSet(t *testing.T) {
	t.Parallel()
	floors := map[string][2]float64{ // see testdata/eval/README.md
		"incident.json":  {0.85, 0.85},
		"festival.json":  {1, 1},
		"travel.json":    {0.92, 0.92},
		"tongues.json":   {1, 1},
		"warehouse.json": {0.60, 0.67},
		"cabin.json":     {0.54, 0.75},
		"desk.json":      {0.50, 0.58},
		"messenger.json": {0.34, 0.52},
		"companion.json": {0.56, 0.48},
	}
	for file, floor := range floors {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			s := readScenario(t, filepath.Join("testdata", "eval", file))
			w := s.world(t)
			among := s.recall(t, w, messages.AssembleRequest{MaxTokens: 100_000, MaxItems: 8})
			within := s.recall(t, w, messages.AssembleRequest{MaxTokens: 256, Format: messages.FormatText})
			t.Logf("%s: %.3f among 8, %.3f within 256 tokens", s.Name, among, within)
			if among < floor[0] || within < floor[1] {
				t.Errorf("recall %.3f among 8 and %.3f within 256 tokens, want %.2f and %.2f", among, within, floor[0], floor[1])
			}
		})
	}
}

func (s scenario) world(t *testing.T) *world {
	t.Helper()
	var session, user []page.Item
	for _, it := range s.Session {
		session = append(session, it.item(page.Immediate))
	}
	for _, it := range s.User {
		user = append(user, it.item(page.LongTerm))
	}
	w := newWorld(t, session, user)
	w.now = s.Now
	return w
}

func (s scenario) recall(t *testing.T, w *world, r messages.AssembleRequest) float64 {
	t.Helper()
	sum := 0.0
	for _, q := range s.Questions {
		r.Query = q.Question
		ids, found := w.ask(r).IDs, 0
		for _, e := range q.Evidence {
			if slices.Contains(ids, e) {
				found++
			}
		}
		if found < len(q.Evidence) {
			t.Logf("missed in part: %s want %v got %v", q.Question, q.Evidence, ids)
		}
		sum += float64(found) / float64(len(q.Evidence))
	}
	return sum / float64(len(s.Questions))
}
