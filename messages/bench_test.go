package messages

import (
	"bytes"
	"testing"
)

func BenchmarkSign(b *testing.B) {
	w := newWorld(b)
	u := w.unsigned()
	b.ReportAllocs()
	for b.Loop() {
		w.signer.Headers(u)
	}
}

func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	in := w.ask()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.verifier.Verify(in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyUnknownKey stands beside BenchmarkVerify: the two must cost the same.
func BenchmarkVerifyUnknownKey(b *testing.B) {
	w := newWorld(b)
	in := w.ask()
	in.Header[HeaderKey] = []string{"nobody"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.verifier.Verify(in); err == nil {
			b.Fatal("an unknown key was let in")
		}
	}
}

func BenchmarkSignReply(b *testing.B) {
	w := newWorld(b)
	v := w.mustVerify(b, w.ask())
	body := bytes.Repeat([]byte("x"), 8<<10)
	b.ReportAllocs()
	for b.Loop() {
		v.SignReply(200, body, w.now)
	}
}

func BenchmarkDecodeStore(b *testing.B) {
	item := []byte(`{"role":"user","name":"Ada","text":"` + string(bytes.Repeat([]byte("word "), 40)) + `","metadata":{"a":"b","c":"d"}},`)
	body := append([]byte(`{"session":"s","items":[`), bytes.Repeat(item, 100)...)
	body = append(body[:len(body)-1], "]}"...)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode[StoreRequest](body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	item := []byte(`{"role":"user","name":"Ada","text":"` + string(bytes.Repeat([]byte("word "), 40)) + `","metadata":{"a":"b","c":"d"}},`)
	body := append([]byte(`{"session":"s","items":[`), bytes.Repeat(item, 100)...)
	body = append(body[:len(body)-1], "]}"...)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := scanJSON(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEscape(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Escape("tenant with spaces and ümlauts")
	}
}
