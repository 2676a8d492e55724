package messages

import (
	"strings"
	"testing"
)

func TestSubjects(t *testing.T) {
	t.Parallel()
	s, err := NewSubjects("")
	fatalIf(t, err)
	tests := map[string]string{
		s.Ask("acme", OpStore):  "ctx.v1.ask.acme.store",
		s.Job("a.b", OpList):    "ctx.v1.job.a=2Eb.list",
		s.Dead("acme", OpClear): "ctx.v1.dead.acme.clear",
		s.Audit("host-1.local"): "ctx.v1.audit.host-1=2Elocal",
		s.AskAll():              "ctx.v1.ask.*.*",
		s.JobAll():              "ctx.v1.job.*.*",
		s.DeadAll():             "ctx.v1.dead.*.*",
		s.AuditAll():            "ctx.v1.audit.*",
		s.Prefix():              "ctx",
	}
	for got, want := range tests {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestSubjectsUnderAnotherPrefix(t *testing.T) {
	t.Parallel()
	s, err := NewSubjects("team-1.ctx")
	fatalIf(t, err)
	subject := s.Job(">", OpErase)
	if subject != "team-1.ctx.v1.job.=3E.erase" {
		t.Errorf("got %s", subject)
	}
	lane, tenant, op, err := s.Parse(subject)
	if err != nil || lane != LaneJob || tenant != ">" || op != OpErase {
		t.Errorf("got %s, %s, %s, %v", lane, tenant, op, err)
	}
	for subject, own := range map[string]bool{subject: true, "team-1.ctx": true, "team-1.ctxs.v1": false, "team-1": false, "ctx.v1.ask.acme.store": false} {
		if s.Own(subject) != own {
			t.Errorf("%s is the service's own: %t", subject, !own)
		}
	}
}

func TestNewSubjectsRefusesBadPrefixes(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{".", "a.", ".a", "a..b", "$JS", "a*", ">", "a b", "é", "a=", "_INBOX", "_INBOX.a", strings.Repeat("a", 65)} {
		if _, err := NewSubjects(prefix); err == nil {
			t.Errorf("prefix %q was accepted", prefix)
		}
	}
}

func TestParseIsTheInverse(t *testing.T) {
	t.Parallel()
	s, err := NewSubjects("")
	fatalIf(t, err)
	for _, op := range Ops {
		for _, tenant := range []string{"acme", "a.b", "..", "日本"} {
			for want, subject := range map[Lane]string{LaneAsk: s.Ask(tenant, op), LaneJob: s.Job(tenant, op)} {
				lane, gotTenant, gotOp, err := s.Parse(subject)
				if err != nil || lane != want || gotTenant != tenant || gotOp != op {
					t.Errorf("Parse(%s) is %s, %s, %s, %v", subject, lane, gotTenant, gotOp, err)
				}
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	s, err := NewSubjects("")
	fatalIf(t, err)
	for _, subject := range []string{
		"", "ctx", "ctx.v1.", "ctx.v1.ask", "ctx.v1.ask.acme", "ctx.v1.ask.acme.", "ctx.v1.dead.acme.store", "ctx.v1.audit.w",
		"ctx.v1.ask.acme.store.x", "ctx.v1.ask..store", "ctx.v1.ask.*.store", "ctx.v1.ask.=2A.store", "ctx.v1.job.=2A.list", "ctx.v1.ask.=.store", "ctx.v1.ask.=0A.store",
		"ctx.v1.ask." + strings.Repeat("a", MaxTenantBytes+1) + ".store",
	} {
		_, _, _, err := s.Parse(subject)
		wantCode(t, err, CodeUnknownOperation)
	}
	_, _, _, err = Subjects{}.Parse("ask.acme.store")
	wantCode(t, err, CodeUnknownOperation)
}

func TestIsSubjectTakesTheBytesThatEscapeWrites(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"a", "=", "ctx.v1.ask.acme.store", "_INBOX.a-1.=2E", Escape("*") + "." + Escape("日本")} {
		if !IsSubject(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{"", ".", "a.", ".a", "a..b", "*", "a.>", "$JS.API", "a b", "a\n", "a\x00", "é", "a/b"} {
		if IsSubject(bad) {
			t.Errorf("%q is taken for a subject", bad)
		}
	}
}
