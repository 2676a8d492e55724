package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// A usageTest is a line that makes no sense, and what is to be said of it.
type usageTest struct {
	line, want string
	env        []string
}

func wantUsage(t *testing.T, tests []usageTest) {
	t.Helper()
	for _, c := range tests {
		o := runLine(c.env, strings.Fields(c.line)...)
		if o.code != exitUsage || !strings.Contains(o.err, c.want) || !strings.Contains(o.err, "Try: context-manager") {
			t.Errorf("%q: exit code %d, want 2 and %q\n%s%s", c.line, o.code, c.want, o.out, o.err)
		}
	}
}

// An unset variable of a script is not the folder that the program happens to run in.
func TestAnEmptyPathIsNotTheFolderOfTheProgram(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"dev", "--state="}, {"dev", "--state", ""}, {"key", "new", "--tenant", "a", "--keys-file", ""}, {"worker", "--keys-dir="},
		{"list", "--session", "s", "--key-file="}, {"list", "--session", "s", "--creds="}, {"eval", ""},
	} {
		o := runLine([]string{"CTX_HTTP=nowhere"}, args...)
		if o.code != exitUsage || !strings.Contains(o.err, "it is empty: name a file or a folder") {
			t.Errorf("%q: exit code %d\n%s", args, o.code, o.err)
		}
	}
}

// What is judged by more than the types of flags is judged before anything is
// connected to, and is wrong usage like all else that was typed wrong.
func TestWhatNoWorkerWouldTakeIsWrongUsage(t *testing.T) {
	t.Parallel()
	key := []string{"CTX_KEY_ID=k", "CTX_KEY_SECRET=MDEyMzQ1Njc4OTAxMjM0NQ", "CTX_TENANT=acme", "CTX_NATS_URL=nats://127.0.0.1:1"}
	ring := []string{`CTX_KEYS={"keys":[{"id":"a","secrets":["MDEyMzQ1Njc4OTAxMjM0NQ"],"tenants":["x"],"grants":["read"]}]}`}
	file := []string{"CTX_KEYS_FILE=" + filepath.Join(t.TempDir(), "ring.json")}
	wantUsage(t, []usageTest{
		{line: "store x --session s --importance 2", want: ": importance must be from 0 to 1", env: key},
		{line: "store x --session s --language english", want: "language must be an ISO 639-1 code", env: key},
		{line: "store x --session s --accesses=-1 --lane job", want: "accesses must be from 0", env: key},
		{line: "ask q --session s --max-tokens 0", want: "max_tokens is 0: give a budget above 0", env: key},
		{line: "ask q --session s --max-items=-1", want: "max_items is negative", env: key},
		{line: "ask q --session s --half-life=-500us", want: "--half-life must be at least 1ms", env: key},
		{line: "ask q --session s --max-stale=-1h", want: "max_stale_ms is negative", env: key},
		{line: "ask q --session s --shares=-1,0,0", want: "shares must be finite and not negative", env: key},
		{line: "ask q --session s --after 2026-01-02 --before 2026-01-01", want: "nothing can match", env: key},
		{line: "list --session s --limit 5000", want: "limit is 5000: give 1 to 1000", env: key},
		{line: "list a a --session s", want: "ids[1] is an id that the list has before", env: key},
		{line: "update i --session s", want: "the update changes nothing", env: key},
		{line: "update i --session s --time 0", want: "time is 0, which stands for none", env: key},
		{line: "update i --session s --level long_term", want: "level cannot be long_term in a session", env: key},
		{line: "delete a a --session s --lane job", want: "ids[1] is an id that the list has before", env: key},
		{line: "clear --session s --level immediate --level immediate", want: "levels names immediate twice", env: key},
		{line: "promote a a --session s --user u", want: "ids[1] is an id that the list has before", env: key},
		{line: "stats --session a\x01b", want: "session has a control character", env: key},
		{line: "list --session s --tenant *", want: "which means all of them in a key", env: key},
		{line: "list --session s --key-id a.b", want: "key id: use 1 to 64 letters", env: key},
		{line: "list --session s --nats-url nats://a:99999", want: "--nats-url names no server", env: key[:3]},
		{line: "key new --tenant a --id b.c", want: ": a key's id must be", env: file},
		{line: "key new --tenant a --grants fly", want: "grants[0] is unknown", env: file},
		{line: "key new --tenant a --rate=-1", want: "rate must be from 0", env: file},
		{line: "key new --tenant a --burst 5", want: "has a burst and no rate", env: file},
		{line: "worker --name " + strings.Repeat("w", 257), want: "--name has 257 bytes: at most 256", env: ring},
		{line: "dev --name a\x01b", want: "--name has a control character"},
		{line: "worker --http nonsense", want: "missing port in address", env: ring},
		{line: "worker --http :99999", want: "invalid port", env: ring},
	})
}
