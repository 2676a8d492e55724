package deploy

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/yaml"

	"github.com/context-manager/context-manager/tiers"
	"github.com/context-manager/context-manager/tiers/l1"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
	"github.com/context-manager/context-manager/worker"
)

// A rules file, as Prometheus reads it.
type rules struct {
	Groups []struct {
		Name  string `json:"name"`
		Rules []rule `json:"rules"`
	} `json:"groups"`
}

type rule struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// A described metric has these labels.
type described map[string][]string

// A describer collects the descriptions of what is registered with it.
type describer struct {
	prometheus.Registerer
	mu    sync.Mutex
	descs []string
}

func (d *describer) Register(c prometheus.Collector) error {
	descs := make(chan *prometheus.Desc, 64)
	c.Describe(descs)
	close(descs)
	d.mu.Lock()
	defer d.mu.Unlock()
	for desc := range descs {
		d.descs = append(d.descs, desc.String())
	}
	return nil
}

func (d *describer) Unregister(prometheus.Collector) bool { return true }

// metricsOfTheCode are the names and labels that tiers and a worker register.
func metricsOfTheCode(t *testing.T) described {
	t.Helper()
	nc := natstest.Connect(t, natstest.Start(t))
	d := &describer{}
	store, err := tiers.Open(t.Context(), nc, tiers.Config{L1: l1.Config{MaxBytes: 1 << 20}}, tiers.Deps{Registerer: d})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close(t.Context()) }()
	deps := (&deployment{}).needs(t, nc, store, callersKeys())
	deps.Registerer = d
	if _, err := worker.New(worker.Config{}, deps); err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`fqName: "([^"]+)".*variableLabels: \{([^}]*)\}`)
	found := described{}
	for _, desc := range d.descs {
		match := form.FindStringSubmatch(desc)
		if match == nil {
			t.Fatalf("client_golang describes differently now: %s", desc)
		}
		found[match[1]] = strings.FieldsFunc(match[2], func(r rune) bool { return r == ',' })
	}
	if len(found) < 30 {
		t.Fatalf("found %d metrics", len(found))
	}
	return found
}

func TestAlertsAndDashboardSpeakOfMetricsThatExist(t *testing.T) {
	t.Parallel()
	found := metricsOfTheCode(t)
	for place, exprs := range map[string][]string{"alerts.yaml": alertExprs(t), "dashboard.json": panelExprs(t)} {
		if len(exprs) < 10 {
			t.Errorf("%s has %d expressions", place, len(exprs))
		}
		for _, expr := range exprs {
			for _, problem := range found.problems(expr) {
				t.Errorf("%s: %s in %s", place, problem, expr)
			}
		}
	}
}

// problems lists the metrics of an expression that do not exist, and the labels that they do not have.
func (d described) problems(expr string) []string {
	var problems []string
	var labels []string
	selector := regexp.MustCompile(`(context_manager_[a-z0-9_]+)(?:\{([^}]*)\})?`)
	for _, match := range selector.FindAllStringSubmatch(expr, -1) {
		own, ok := d.find(match[1])
		if !ok {
			problems = append(problems, "no metric "+match[1])
			continue
		}
		labels = append(labels, own...)
		for _, pair := range regexp.MustCompile(`([a-z_]+)\s*(?:=~|!~|!=|=)`).FindAllStringSubmatch(match[2], -1) {
			if pair[1] != "job" && !slices.Contains(own, pair[1]) {
				problems = append(problems, match[1]+" has no label "+pair[1])
			}
		}
	}
	for _, by := range regexp.MustCompile(`by \(([^)]*)\)`).FindAllStringSubmatch(expr, -1) {
		for label := range strings.SplitSeq(by[1], ",") {
			if label = strings.TrimSpace(label); !slices.Contains(labels, label) {
				problems = append(problems, "nothing has a label "+label)
			}
		}
	}
	return problems
}

// find looks a metric up, as a series of a histogram too.
func (d described) find(name string) ([]string, bool) {
	if labels, ok := d[name]; ok {
		return labels, true
	}
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		if labels, ok := d[strings.TrimSuffix(name, suffix)]; ok && strings.HasSuffix(name, suffix) {
			return append(slices.Clone(labels), "le"), true
		}
	}
	return nil, false
}

func TestProblemsAreFound(t *testing.T) {
	t.Parallel()
	d := described{"context_manager_a_total": {"lane"}, "context_manager_s": {"op"}}
	for expr, want := range map[string]int{
		`rate(context_manager_a_total{lane="ask", job=~"x"}[5m])`: 0, `sum by (le, op) (context_manager_s_bucket)`: 0,
		`context_manager_b_total`: 1, `context_manager_a_total{op="x"}`: 1, `sum by (op) (context_manager_a_total)`: 1,
	} {
		if got := d.problems(expr); len(got) != want {
			t.Errorf("%s: %q; want %d", expr, got, want)
		}
	}
}

func alertExprs(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("monitoring/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file rules
	if err := yaml.UnmarshalStrict(text, &file); err != nil {
		t.Fatal(err)
	}
	exprs := map[string]string{}
	for _, group := range file.Groups {
		for _, r := range group.Rules {
			if r.Alert == "" || exprs[r.Alert] != "" || r.Labels["severity"] == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
				t.Errorf("%q has no name of its own, severity, summary and description", r.Alert)
			}
			exprs[r.Alert] = r.Expr
		}
	}
	return slices.Collect(maps.Values(exprs))
}

func panelExprs(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("monitoring/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	var exprs []string
	for _, panel := range board.Panels {
		if panel.Type != "row" && len(panel.Targets) == 0 {
			t.Errorf("the panel %q shows nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			exprs = append(exprs, target.Expr)
		}
	}
	return exprs
}
