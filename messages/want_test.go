package messages

import "testing"

const testBody = `{"session":"s-1","items":[{"text":"hello"}]}`

func fatalIf(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// wantCode fails the test unless err is an Error with this code.
func wantCode(tb testing.TB, err error, code Code) {
	tb.Helper()
	if !HasCode(err, code) {
		tb.Fatalf("got error %v, want code %s", err, code)
	}
}
