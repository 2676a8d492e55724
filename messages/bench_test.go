package messages

import (
	"bytes"
	"strings"
	"testing"
)

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
