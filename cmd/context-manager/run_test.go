package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/internal/transcript"
)

// Every command's help must be there and readable without any set-up.
func TestHelpOfEveryCommand(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", "dev", "worker", "store", "ask", "list", "update", "delete", "clear", "promote", "stats", "import",
		"key", "key new", "key list", "key retire", "dead", "dead ls", "dead show", "dead replay", "dead drop", "version",
	} {
		o := runLine(nil, append(strings.Fields(name), "--help")...)
		if o.code != exitOK || !strings.Contains(o.out, "Usage: context-manager "+name) || o.err != "" {
			t.Errorf("help of %q: exit code %d\n%s%s", name, o.code, o.out, o.err)
		}
	}
}

func TestEveryClientCommandShowsExamples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dev", "worker", "store", "ask", "list", "update", "delete", "clear", "promote", "stats", "import", "key new", "key retire", "dead ls", "dead show", "dead replay", "dead drop"} {
		o := runLine(nil, append(strings.Fields(name), "--help")...)
		if !strings.Contains(o.out, "Example") || !strings.Contains(o.out, "    context-manager "+name+" ") {
			t.Errorf("help of %q has no example:\n%s", name, o.out)
		}
	}
}

// What kong can select must be something to run.
func TestEveryCommandRuns(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&cli{}, parserOptions(shell.New(nil, nil, nil, nil), &parsed{})...)
	if err != nil {
		t.Fatal(err)
	}
	leaves := parser.Model.Leaves(false)
	for _, leaf := range leaves {
		if _, ok := leaf.Target.Addr().Interface().(command); !ok {
			t.Errorf("%s has no Run", leaf.FullPath())
		}
		if help, ok := leaf.Target.Addr().Interface().(kong.HelpProvider); !leaf.Hidden && (!ok || !strings.Contains(help.Help(), "Example")) {
			t.Errorf("%s has no examples in its help, as README says", leaf.FullPath())
		}
	}
	if len(leaves) < 15 {
		t.Errorf("only %d commands were found", len(leaves))
	}
}

func TestWrongUsageExitsWithTwoAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	key := []string{"CTX_KEY_ID=k", "CTX_KEY_SECRET=MDEyMzQ1Njc4OTAxMjM0NQ", "CTX_TENANT=acme"}
	wantUsage(t, []usageTest{
		{line: "", want: "expected one of"},
		{line: "frobnicate", want: "unexpected argument frobnicate"},
		{line: "store", want: `expected "<text>"`},
		{line: "store x --frob", want: "unknown flag --frob"},
		{line: "store x", want: "--session"},
		{line: "store x --session s --user u", want: "not both"},
		{line: "store \xff --session s", want: "argument 2 is not UTF-8"},
		{line: "store x --session s --level long_term", want: "--user"},
		{line: "store x --user u --level immediate", want: "--session"},
		{line: "store x --session s --time yesterday", want: "is no time"},
		{line: "list", want: "--session"},
		{line: "list --session s --user u", want: "not both"},
		{line: "list --session s", want: "CTX_KEY_FILE"},
		{line: "list --session s", want: "--tenant", env: key[:2]},
		{line: "list --session s", want: "CTX_KEY_SECRET", env: []string{"CTX_KEY_ID=k"}},
		{line: "list --session s --key-file f", want: "--key-id", env: key},
		{line: "list --session s --context c --nats-url n", want: "--nats-url", env: key},
		{line: "list --session s --creds c --nkey n", want: "--nkey", env: key},
		{line: "list --session s --tls-cert c", want: "--tls-key", env: key},
		{line: "list --session s --limit x", want: "--limit"},
		{line: "store x --session s --level foo", want: `--level must be one of "immediate","short_term","long_term" but got "foo"`, env: key},
		{line: "list --session s --level immediate,foo", want: "--level must be one of", env: key},
		{line: "ask q --session s --role foo", want: "--role must be one of", env: key},
		{line: "clear --session s --level foo", want: "--level must be one of", env: key},
		{line: "update i --session s --level foo", want: "--level must be one of", env: key},
		{line: "update i --session s --role foo", want: "--role must be one of", env: key},
		{line: "ask q --session s --half-life 500us", want: "--half-life must be at least 1ms", env: key},
		{line: "ask q", want: "--user"},
		{line: "ask q --session s --shares 1,2", want: "three numbers"},
		{line: "ask q --session s --format xml", want: "--format"},
		{line: "update i --session s --meta a=b --no-meta", want: "--no-meta"},
		{line: "update i --session s --importance 1 --no-importance", want: "--no-importance"},
		{line: "delete --session s", want: `expected "<id> ..."`},
		{line: "delete i --session s --wait", want: "--lane job", env: key},
		{line: "promote i --session s", want: "--user"},
		{line: "promote i --session s --user u --to short_term", want: "leave out --user", env: key},
		{line: "import", want: `expected "<file> ..."`},
		{line: "worker", want: "--keys-file"},
		{line: "worker --keys-file a --keys-dir b", want: "not both"},
		{line: "worker --keys-file a --replicas 2", want: "--replicas"},
		{line: "worker --keys-file a --l1=-1", want: "--l1 must be 0 or above"},
		{line: "worker --keys-file a --in-flight 0", want: "--in-flight must be above 0"},
		{line: "worker --keys-file a --drain-timeout=-1s", want: "--drain-timeout must be above 0"},
		{line: "worker --keys-file a --dead-mib 0", want: "--dead-mib must be above 0, or -1 for no limit"},
		{line: "worker --keys-file a --session-items 0", want: "--session-items must be above 0, or -1 for no limit"},
		{line: "worker --keys-file a --user-items=-2", want: "--user-items must be above 0, or -1 for no limit"},
		{line: "worker --keys-file a --connect-wait=-1s", want: "--connect-wait must be above 0, or 0"},
		{line: "worker --keys-file a", want: "--gc-interval must be above 0", env: []string{"CTX_GC_INTERVAL=0s"}},
		{line: "worker --keys-file a --ack-wait 1ms", want: "--ack-wait must be at least 1s"},
		{line: "worker --keys-file a --short-age 1ms", want: "--short-age must be at least 100ms"},
		{line: "dev --gc-interval 1ns", want: "--gc-interval must be at least 1s"},
		{line: "worker --keys-file a --l1 9999999999999", want: "at most 1073741824 MiB"},
		{line: "dev", want: "at most 1073741824 MiB", env: []string{"CTX_JOBS_MIB=9999999999999"}},
		{line: "store x --session s --expires 99999999999999999", want: `"99999999999999999" is no time: write 2026-03-02`},
		{line: "store x --session s --time=-5", want: `"-5" is no time: write 2026-03-02`},
		{line: "list --session s --nats-url ,", want: "--nats-url names no server: give URLs such as nats://", env: key},
		{line: "list --session s --nats-url nats://me:hunter2@", want: "--nats-url names no server", env: key},
		{line: "list --session s --prefix a..b", want: "--prefix: subject prefix: use at most 64 bytes", env: key},
		{line: "list --session s --audience a\x01b", want: "--audience: audience has a control character", env: key},
		{line: "list --session s --inbox-prefix a>", want: "--inbox-prefix: the inbox prefix must be", env: key},
		{line: "list --session s --inbox-prefix ctx.replies", want: "--inbox-prefix: ctx.replies is among the service's own subjects, ctx.>", env: key},
		{line: "dead ls --op put", want: `"put" is no operation: use some of store, assemble`},
		{line: "dead ls --code bad_jsn", want: `"bad_jsn" is no error code: use some of too_large`},
		{line: "dead drop --all --yes --keys-file r --op put", want: `"put" is no operation`},
		{line: "dev --l1=-1", want: "--l1 must be 0 or above"},
		{line: "dev --nats-port 70000", want: "--nats-port must be from 1 to 65535"},
		{line: "bench --prefix a..b", want: "--prefix, with what a bench adds to it: subject prefix: use at most 64 bytes"},
		{line: "bench --prefix " + strings.Repeat("a", 50), want: "--prefix, with what a bench adds to it: subject prefix: use at most 64 bytes"},
		{line: "bench --l1 0", want: "--l1 must be above 0"},
		{line: "list --session s --timeout 0s", want: "--timeout must be above 0", env: key},
		{line: "store x --session s --timeout=-1s", want: "--timeout must be above 0", env: key},
		{line: "dead ls --timeout 0s", want: "--timeout must be above 0"},
		{line: "dead drop 1 --timeout 0s", want: "--timeout must be above 0"},
		{line: "key new --tenant a", want: "--keys-file"},
	})
}

func TestUsageErrorsNameTheCommand(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"ask q":          "Try: context-manager ask --help",
		"store x --frob": "Try: context-manager store --help",
		"key new --frob": "Try: context-manager key new --help",
	} {
		if o := runLine(nil, strings.Fields(line)...); !strings.Contains(o.err, want) {
			t.Errorf("%q: want %q\n%s", line, want, o.err)
		}
	}
}

// Help that could not be shown is a failure, and nobody's wrong usage.
func TestHelpThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	out, err := os.Open(os.DevNull) // not for writing
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	var errOut transcript.Text
	code := run(t.Context(), []string{"store", "--help"}, nil, nil, out, &errOut)
	if code != exitFailed || !strings.Contains(errOut.String(), "write "+os.DevNull) || strings.Contains(errOut.String(), "Try:") {
		t.Errorf("exit code %d\n%s", code, errOut.String())
	}
}

func TestNoServerSaysHowToStartOne(t *testing.T) {
	t.Parallel()
	env := []string{"CTX_NATS_URL=nats://me:hunter2@127.0.0.1:1", "CTX_KEY_ID=k", "CTX_KEY_SECRET=MDEyMzQ1Njc4OTAxMjM0NQ", "CTX_TENANT=acme"}
	o := runLine(env, "list", "--session", "s")
	if o.code != exitFailed || !strings.Contains(o.err, "127.0.0.1:1") || !strings.Contains(o.err, "context-manager dev") {
		t.Errorf("exit code %d\n%s", o.code, o.err)
	}
	if strings.Contains(o.err, "hunter2") {
		t.Errorf("the password stands in the error: %s", o.err)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	if o := must(t, nil, "version"); !strings.HasPrefix(o.out, "context-manager ") {
		t.Errorf("got %q", o.out)
	}
	if v := mustJSON[buildVersion](t, nil, "version"); v.Version == "" || v.Go == "" {
		t.Errorf("got %+v", v)
	}
}

func TestEnvironmentIsTheGivenOne(t *testing.T) {
	t.Parallel()
	sh := shell.New(shell.NewEnvironment([]string{"CTX_MAX_TOKENS=77", "CTX_PREFIX=", "CTX_TIMEOUT=3s"}), nil, nil, nil)
	p, err := parse([]string{"ask", "q", "--timeout", "4s"}, sh)
	if err != nil {
		t.Fatal(err)
	}
	ask, ok := p.context.Selected().Target.Addr().Interface().(*askCmd)
	if !ok || ask.MaxTokens != 77 || ask.Prefix != "ctx" || ask.Timeout != 4*time.Second {
		t.Errorf("got %+v", ask)
	}
}
