package house

import "testing"

// Every rule finds what it is there to find, and lets pass what is right.
func TestRulesFindWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	state := func(s source) []string { return packageState([]source{s}) }
	for name, c := range map[string]struct {
		rule func(source) []string
		file string
		text string
		ok   bool
	}{
		"contract on nats":           {againstTheArrows, "messages/a.go", `import _ "github.com/nats-io/nats.go"`, false},
		"contract on bytes":          {againstTheArrows, "messages/a.go", `import _ "bytes"`, true},
		"contract on its JSON":       {againstTheArrows, "messages/a.go", `import _ "` + module + `/messages/plainjson"`, true},
		"JSON on the contract":       {againstTheArrows, "messages/plainjson/a.go", `import _ "` + module + `/messages"`, false},
		"contract on its envelope":   {againstTheArrows, "messages/a.go", `import _ "` + module + `/messages/envelope"`, false},
		"envelope on the contract":   {againstTheArrows, "messages/envelope/a.go", `import _ "` + module + `/messages"`, true},
		"envelope on nats":           {againstTheArrows, "messages/envelope/a.go", `import _ "github.com/nats-io/nats.go"`, false},
		"worker on tiers":            {againstTheArrows, "worker/a.go", `import _ "` + module + `/tiers"`, false},
		"worker on pages":            {againstTheArrows, "worker/a.go", `import _ "` + module + `/tiers/page"`, true},
		"operations on worker":       {againstTheArrows, "worker/operations/a.go", `import _ "` + module + `/worker"`, false},
		"operations on nats":         {againstTheArrows, "worker/operations/a.go", `import _ "github.com/nats-io/nats.go"`, false},
		"assembly on analysis":       {againstTheArrows, "worker/assemble/a.go", `import _ "` + module + `/worker/analyze"`, false},
		"folder nobody knows":        {againstTheArrows, "worker/more/a.go", ``, false},
		"worker on jetstream":        {againstTheArrows, "worker/a.go", `import _ "github.com/nats-io/nats.go/jetstream"`, true},
		"worker embeds a server":     {embedsTheServer, "worker/a.go", `import _ "` + natsServer + `/server"`, false},
		"command embeds a server":    {embedsTheServer, "cmd/context-manager/a.go", `import _ "` + module + `/tiers/natsd"`, true},
		"shell on a command":         {againstTheCommands, ofCommand + "shell/a.go", `import _ "` + module + "/" + ofCommand + `dead"`, false},
		"command on its shell":       {againstTheCommands, ofCommand + "dead/a.go", `import _ "` + module + "/" + ofCommand + `shell"`, true},
		"command nobody knows":       {againstTheCommands, ofCommand + "more/a.go", ``, false},
		"command uses tests' server": {embedsTheServer, "cmd/context-manager/a.go", `import _ "` + module + `/tiers/natsd/natstest"`, false},
		"worker reads environment":   {touchesTheProcess, "worker/a.go", `import _ "os"`, false},
		"command reads environment":  {touchesTheProcess, "cmd/context-manager/a.go", `import _ "os"`, true},
		"assembly logs":              {impure, "worker/assemble/a.go", `import _ "log/slog"`, false},

		"long file":                 {tooLong, "a/a.go", lines(longest + 1), false},
		"short file":                {tooLong, "a/a.go", lines(longest), true},
		"utility package":           {vagueName, "worker/util/a.go", ``, false},
		"ack elsewhere":             {settles, "worker/jobs.go", `func f(m interface{ Ack() error }) { m.Ack() }`, false},
		"ack in its place":          {settles, "worker/settle.go", `func f(m interface{ Ack() error }) { m.Ack() }`, true},
		"reads the clock":           {readsTheClock, "tiers/a.go", "import t \"time\"\nfunc f() { t.Now() }", false},
		"hands the clock on":        {readsTheClock, "tiers/a.go", "import \"time\"\nfunc f() any { return time.Now }", true},
		"panics":                    {panics, "tiers/a.go", `func f() { panic("no") }`, false},
		"forges":                    {forges, "worker/a.go", "import m \"" + module + "/messages/envelope\"\nvar v = m.Verified{}", false},
		"hands back a forged one":   {forges, "worker/a.go", "import m \"" + module + "/messages/envelope\"\nfunc f() m.Verified { return m.Verified{} }", false},
		"hands back an empty one":   {forges, "worker/a.go", "import m \"" + module + "/messages/envelope\"\nfunc f() (m.Verified, error) { return m.Verified{}, nil }", true},
		"init":                      {hasInit, "a/a.go", `func init() {}`, false},
		"method called init":        {hasInit, "a/a.go", `type a int; func (a) init() {}`, true},
		"counter":                   {state, "a/a.go", `var n int`, false},
		"lock":                      {state, "a/a.go", `import "sync"; var mu = &sync.Mutex{}`, false},
		"sentinel":                  {state, "a/a.go", `import "errors"; var ErrNo = errors.New("no")`, true},
		"embedded":                  {state, "a/a.go", "import _ \"embed\"\n//go:embed a.txt\nvar text string", true},
		"assertion":                 {state, "a/a.go", `var _ error = (*e)(nil)`, true},
		"table that is written":     {state, "a/a.go", `var m = map[int]int{}; func f() { m[1] = 2 }`, false},
		"table whose value escapes": {state, "a/a.go", `var n = 1; func f() *int { return &n }`, false},
		"table that is read":        {state, "a/a.go", `var m = map[int]int{}; func f() int { return m[1] }`, true},
		"local that hides a table":  {state, "a/a.go", `var m = map[int]int{}; func f() { m := map[int]int{}; m[1] = 2 }`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := parseSource(c.file, []byte("package a\n"+c.text))
			if err != nil {
				t.Fatal(err)
			}
			if offences := c.rule(s); (len(offences) == 0) != c.ok {
				t.Errorf("found %q", offences)
			}
		})
	}
}

func lines(n int) string {
	text := make([]byte, n-1)
	for i := range text {
		text[i] = '\n'
	}
	return string(text)
}
