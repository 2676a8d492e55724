package plainjson

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages/plainjson/jsontest"
)

// A value ends where encoding/json says, whatever comes after it.
func TestValuesEndWhereTheyEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := jsontest.Value(t, 3)
		after := rapid.SampledFrom([]string{",", "}", "]", " ", "\n", "\t", "\r", `,"a":1}`, "]]]", `}"`}).Draw(t, "after")
		if n := valueBytes([]byte(value + after)); n != len(value) {
			t.Fatalf("%q: %d bytes of %d", value+after, n, len(value))
		}
	})
}

// What does not end is not taken for a value. A number may go on where the bytes end.
func TestValuesThatDoNotEndHaveNoBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := jsontest.Value(t, 3)
		if strings.ContainsAny(value[:1], `"{[`) {
			value = value[:rapid.IntRange(0, len(value)-1).Draw(t, "cut")]
		}
		if n := valueBytes([]byte(value)); n != 0 {
			t.Fatalf("%q: %d bytes", value, n)
		}
	})
	for _, none := range []string{"", "]", "}", ",", " ", "]]", `,1`} {
		if n := valueBytes([]byte(none)); n != 0 {
			t.Errorf("%q: %d bytes", none, n)
		}
	}
}

func FuzzValueBytes(f *testing.F) {
	for _, value := range jsontest.Values() {
		f.Add([]byte(value + ","))
		f.Add([]byte(value + "]}"))
		f.Add([]byte(value))
	}
	f.Add([]byte(`{]`))
	f.Add([]byte(`"\\\"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = bytes.TrimLeft(b, " \t\r\n")
		n := valueBytes(b)
		if n < 0 || n > len(b) {
			t.Fatalf("%q: %d bytes of %d", b, n, len(b))
		}
		var value json.RawMessage
		if json.NewDecoder(bytes.NewReader(b)).Decode(&value) != nil {
			return
		}
		ends := strings.ContainsAny(string(value[:1]), `"{[`)
		if rest := b[len(value):]; !ends && (len(rest) == 0 || !strings.ContainsRune(",]} \t\r\n", rune(rest[0]))) {
			return // a number or a word, after which something stands that may not
		}
		if n != len(value) {
			t.Fatalf("%q: %d bytes, encoding/json says %d", b, n, len(value))
		}
	})
}
