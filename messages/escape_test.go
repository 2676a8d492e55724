package messages

import (
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":              "=",
		"acme":          "acme",
		"A-Z_0-9":       "A-Z_0-9",
		"a.b":           "a=2Eb",
		"..":            "=2E=2E",
		"*":             "=2A",
		">":             "=3E",
		"=":             "=3D",
		"=2E":           "=3D2E",
		"a b":           "a=20b",
		"a/b\\c":        "a=2Fb=5Cc",
		"\x00":          "=00",
		"$KV":           "=24KV",
		"é":             "=C3=A9",
		"日":             "=E6=97=A5",
		"not utf8 \xff": "not=20utf8=20=FF",
	}
	for id, token := range tests {
		if got := Escape(id); got != token {
			t.Errorf("Escape(%q) is %q, want %q", id, got, token)
		}
		if got, err := Unescape(token); err != nil || got != id {
			t.Errorf("Unescape(%q) is %q, %v, want %q", token, got, err, id)
		}
		if got := string(AppendEscaped([]byte("x."), id)); got != "x."+token {
			t.Errorf("AppendEscaped(%q) is %q", id, got)
		}
	}
}

func TestUnescapeRefusesWhatEscapeWouldNotWrite(t *testing.T) {
	t.Parallel()
	for _, token := range []string{
		"", ".", "a.b", "*", ">", "a b", "a=", "=2", "=2e", "=2G", "==", "=61", "=5F", "a=2E=", "é", "a\n", "=0", "=\x002", "$",
	} {
		if id, err := Unescape(token); err == nil {
			t.Errorf("Unescape(%q) is %q, want an error", token, id)
		}
	}
}

func TestCheckID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a", "a.b", "..", "*", ">", "a b", "user@example.com", "日本語", "🙂", strings.Repeat("x", 256)} {
		if err := CheckID("session", id, 256); err != nil {
			t.Errorf("%q is refused: %v", id, err)
		}
	}
	tests := map[string]Code{
		"":                       CodeBadRequest,
		strings.Repeat("x", 257): CodeTooLarge,
		"a\x00b":                 CodeBadRequest,
		"a\nb":                   CodeBadRequest,
		"a\u0085b":               CodeBadRequest,
		"\x7f":                   CodeBadRequest,
		"\xff":                   CodeBadRequest,
	}
	for id, code := range tests {
		err := CheckID("session", id, 256)
		wantCode(t, err, code)
		if !strings.Contains(err.Error(), "session ") {
			t.Errorf("%q: the message does not name the field: %v", id, err)
		}
	}
}

func TestWhatIsPlainIsWrittenAsItIs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"acme", "A-Z_0-9", "", "=", "a.b", "a b", "日本", "\xff"} {
		if IsPlain(id) != (Escape(id) == id) {
			t.Errorf("%q is plain: %t, and written %q", id, IsPlain(id), Escape(id))
		}
	}
}
