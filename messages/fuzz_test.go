package messages

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func FuzzEscape(f *testing.F) {
	for _, id := range []string{"", "acme", "a.b", "..", "*", ">", "=", "=2E", "a b", "\x00", "日本", "\xff", "$KV"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		token := Escape(id)
		if token == "" || strings.ContainsAny(token, ".*> \t\r\n$\x00") {
			t.Fatalf("Escape(%q) is %q, which is no subject token", id, token)
		}
		if back, err := Unescape(token); err != nil || back != id {
			t.Fatalf("%q came back as %q, %v", id, back, err)
		}
	})
}

func FuzzUnescape(f *testing.F) {
	for _, token := range []string{"", "=", "acme", "a=2Eb", "a=2eb", "=61", "=2", "==", "a.b", "=C3=A9"} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if id, err := Unescape(token); err == nil && Escape(id) != token {
			t.Fatalf("%q means %q, which is written %q", token, id, Escape(id))
		}
	})
}

// FuzzDecode compares with encoding/json: what is accepted must be JSON that
// it reads alike, and what is read must mean the same when written and read again.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		`{}`, testBody, `{"items":[{"metadata":{"A":"b","a":"c"}}]}`, `{"a":{"a":[1,2.5e-7,true,false,null]}}`, `{"session":"\ud83d\ude42"}`,
		`{"session":"a","session":"b"}`, `{"items":[null]}`, `{"session":"\ud83d"}`, `{"items":[{"importance":1e999}]}`, `[[[[[[`, `{"a":01}`, "\ufeff{}",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		scanErr := scanJSON(body, maxListElements)
		if scanErr == nil && !json.Valid(body) {
			t.Fatalf("%q is no JSON and was accepted", body)
		}
		r, err := Decode[StoreRequest](body)
		if err != nil {
			if scanErr != nil && err.Error() != scanErr.Error() || !HasCode(err, CodeBadJSON) && !HasCode(err, CodeTooLarge) {
				t.Fatalf("got %v after %v", err, scanErr)
			}
			return
		}
		written, err := json.Marshal(r)
		fatalIf(t, err)
		again, err := Decode[StoreRequest](written)
		fatalIf(t, err)
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(rewritten, written) {
			t.Fatalf("%s became %s, %v", written, rewritten, err)
		}
		_ = r.Validate() // must not panic
	})
}
