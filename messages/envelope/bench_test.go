package envelope

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
