package house

import (
	"slices"
	"strings"
	"testing"
)

// The groups of modules that packages may import, by the path they begin with.
const (
	nats       = "github.com/nats-io/nats.go"
	natsServer = "github.com/nats-io/nats-server/v2"
	prometheus = "github.com/prometheus/client_golang/prometheus"
	zerolog    = "github.com/rs/zerolog"
)

// arrows says what each package may import beside the standard library. A path
// of the module is meant exactly, another one with all below it.
var arrows = map[string][]string{
	"messages":              {"messages/plainjson"},
	"messages/plainjson":    {},
	"messages/envelope":     {"messages"},
	"messages/client":       {"messages", "messages/envelope", nats},
	"messages/client/embed": {"messages", "messages/envelope"},

	"tiers/page":    {},
	"tiers/natsd":   {nats, natsServer},
	"tiers/jet":     {nats, "github.com/cenkalti/backoff/v5"},
	"tiers/l1":      {"tiers/page", "github.com/allegro/bigcache/v3"},
	"tiers/streams": {"messages", "tiers/jet", nats, prometheus, zerolog},
	"tiers/lease":   {"tiers/jet", nats, zerolog},
	"tiers/audit":   {"messages", "tiers/jet", nats, prometheus, zerolog},
	"tiers": {
		"messages", "tiers/page", "tiers/jet", "tiers/l1", "tiers/streams", "tiers/lease", "tiers/audit", nats,
		"github.com/sony/gobreaker/v2", prometheus, zerolog,
	},

	"worker/assemble":          {"messages", "tiers/page"},
	"worker/analyze/thesaurus": {"worker/assemble"},
	"worker/analyze/fold":      {"golang.org/x/text"},
	"worker/analyze/dates":     {"worker/assemble", "worker/analyze/fold"},
	"worker/analyze": {
		"messages", "tiers/page", "worker/assemble", "worker/analyze/thesaurus", "worker/analyze/dates", "worker/analyze/fold", "github.com/tiktoken-go/tokenizer", "github.com/blevesearch/snowballstem",
		"github.com/kljensen/snowball", "github.com/clipperhouse/uax29/v2", "golang.org/x/text", "github.com/abadojack/whatlanggo",
	},
	"worker/operations":  {"messages", "messages/envelope", "tiers/page", "worker/assemble", "worker/analyze"},
	"worker/room":        {"messages", "tiers/page", "worker/operations", "worker/generations", "golang.org/x/sync"},
	"worker/sendbuf":     {},
	"worker/generations": {},
	"worker": {
		"messages", "messages/envelope", "tiers/page", "worker/analyze", "worker/operations", "worker/room", "worker/generations", nats,
		"github.com/nats-io/nuid", "golang.org/x/time/rate", "golang.org/x/sync", prometheus, zerolog,
	},
}

// commands says which of its own packages each package of the program may
// import, beside whatever it wires. What is not here is main, which has all of them.
var commands = map[string][]string{
	"shell":   {},
	"files":   {},
	"timing":  {},
	"ring":    {"files", "shell"},
	"keys":    {"files", "ring", "shell"},
	"connect": {"files", "keys", "shell"},
	"local":   {"files", "keys", "ring", "shell"},
	"serve":   {"connect", "ring", "shell"},
	"imports": {"connect", "shell"},
	"eval":    {"connect", "imports", "shell", "timing"},
	"dead":    {"connect", "keys", "ring", "shell"},
	"bench":   {"connect", "files", "keys", "local", "shell", "timing"},
}

// ofCommand is where the program's packages are.
const ofCommand = "cmd/context-manager/internal/"

func TestPackagesOfTheProgramFollowTheArrows(t *testing.T) {
	t.Parallel()
	check(t, read(t, false), againstTheCommands)
}

func againstTheCommands(s source) []string {
	name, inside := strings.CutPrefix(s.dir, ofCommand)
	if !inside {
		return nil
	}
	allowed, known := commands[name]
	if !known {
		return []string{s.dir + " has no arrows: add it to the table of the program's packages"}
	}
	var offences []string
	for _, imported := range s.imports() {
		other, own := strings.CutPrefix(imported, module+"/"+ofCommand)
		if own && !slices.Contains(allowed, other) {
			offences = append(offences, s.name+" imports "+imported+", which is against the arrows")
		}
	}
	return offences
}

// Folders whose packages wire, or hold tests alone.
var unbound = []string{"cmd/", "deploy", "internal/"}

func TestImportsFollowTheArrows(t *testing.T) {
	t.Parallel()
	check(t, read(t, false), againstTheArrows)
}

func againstTheArrows(s source) []string {
	if slices.ContainsFunc(unbound, func(dir string) bool { return strings.HasPrefix(s.dir, dir) }) {
		return nil
	}
	allowed, known := arrows[s.dir]
	if !known {
		return []string{s.dir + " has no arrows: add it to the table"}
	}
	var offences []string
	for _, imported := range s.imports() {
		if !standard(imported) && !slices.ContainsFunc(allowed, func(a string) bool { return covers(a, imported) }) {
			offences = append(offences, s.name+" imports "+imported+", which is against the arrows")
		}
	}
	return offences
}

// covers tells whether an entry of the table allows an import.
func covers(entry, imported string) bool {
	if !strings.Contains(strings.SplitN(entry, "/", 2)[0], ".") {
		return imported == module+"/"+entry
	}
	return imported == entry || strings.HasPrefix(imported, entry+"/")
}

// standard tells whether a path is the standard library's: its first element has no dot.
func standard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

func TestTheServerIsEmbeddedByNatsdAndTestsAlone(t *testing.T) {
	t.Parallel()
	check(t, read(t, false), embedsTheServer)
}

func embedsTheServer(s source) []string {
	var offences []string
	for _, imported := range s.imports() {
		switch {
		case covers(natsServer, imported) && s.dir != "tiers/natsd",
			imported == module+"/tiers/natsd" && !strings.HasPrefix(s.dir, "cmd/"),
			slices.Contains(forTests, strings.TrimPrefix(imported, module+"/")),
			imported == "testing":
			offences = append(offences, s.name+" imports "+imported+": only cmd and tests may")
		}
	}
	return offences
}

// Only cmd reads flags, the environment, files and signals.
func TestOnlyCmdTouchesTheProcess(t *testing.T) {
	t.Parallel()
	check(t, read(t, false), touchesTheProcess)
}

func touchesTheProcess(s source) []string {
	if strings.HasPrefix(s.dir, "cmd/") {
		return nil
	}
	var offences []string
	for _, imported := range s.imports() {
		if slices.Contains([]string{"os", "os/signal", "os/exec", "flag", "syscall"}, imported) {
			offences = append(offences, s.name+" imports "+imported+": flags, environment, files and signals belong to cmd")
		}
	}
	return offences
}

// Assembly and the page format are pure: no I/O, no logging, no chance, nothing to wait for.
func TestPurePackagesArePure(t *testing.T) {
	t.Parallel()
	check(t, read(t, false), impure)
}

func impure(s source) []string {
	if s.dir != "worker/assemble" && s.dir != "tiers/page" {
		return nil
	}
	var offences []string
	for _, imported := range s.imports() {
		if slices.Contains([]string{"io", "log", "log/slog", "net", "net/http", "context", "sync/atomic", "math/rand", "math/rand/v2", "crypto/rand"}, imported) {
			offences = append(offences, s.name+" imports "+imported+": this package is pure")
		}
	}
	return offences
}
