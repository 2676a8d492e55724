package messages

import (
	"bytes"
	"strings"
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

// BenchmarkRefuse has three messages that must cost the same: what they cost
// must not tell whether a key exists.
func BenchmarkRefuse(b *testing.B) {
	w := newWorld(b)
	for name, signer := range map[string]*Signer{
		"unknown key": w.signerOf(b, "nobody", secretOf(1)), "retired key": w.signerOf(b, "old", secretOf(5)), "wrong signature": w.signerOf(b, "web", secretOf(9)),
	} {
		in := w.askSigned(signer, w.unsigned())
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.verifier.Verify(in); err == nil {
					b.Fatal("a bad message was let in")
				}
			}
		})
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

// storeBody is a store of 100 turns of 40 words.
func storeBody() []byte {
	item := []byte(`{"role":"user","name":"Ada","text":"` + strings.Repeat("word ", 40) + `","metadata":{"a":"b","c":"d"}},`)
	body := append([]byte(`{"session":"s","items":[`), bytes.Repeat(item, 100)...)
	return append(body[:len(body)-1], "]}"...)
}

func BenchmarkDecode(b *testing.B) {
	body := storeBody()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode[StoreRequest](body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScan is the part of BenchmarkDecode that comes before encoding/json.
func BenchmarkScan(b *testing.B) {
	body := storeBody()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := scanJSON(body, maxListElements); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidateStore(b *testing.B) {
	r, err := Decode[StoreRequest](storeBody())
	fatalIf(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Validate(); err != nil {
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
