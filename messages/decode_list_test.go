package messages

import (
	"strings"
	"testing"
)

// TestDecodeRefusesLongListsUndecoded sends lists that are a few bytes an
// element on the wire and hundreds once they are decoded.
func TestDecodeRefusesLongListsUndecoded(t *testing.T) {
	t.Parallel()
	list := func(head, element string, n int, tail string) []byte {
		return []byte(head + element + strings.Repeat(","+element, n-1) + tail)
	}
	for name, of := range map[string]func(n int) []byte{
		"items":     func(n int) []byte { return list(`{"items":[`, "{}", n, "]}") },
		"embedding": func(n int) []byte { return list(`{"items":[{"text":"t","embedding":[`, "0", n, "]}]}") },
		"lists":     func(n int) []byte { return list(`{"items":[`, "[]", n, "]}") },
	} {
		_, err := Decode[StoreRequest](of(1 << 20))
		wantCode(t, err, CodeTooLarge)
		if !strings.Contains(err.Error(), "items") || !strings.Contains(err.Error(), "4096") {
			t.Errorf("%s: %v; want which list, and how many it may have", name, err)
		}
		if err := scanJSON(of(MaxEmbeddingDims), maxListElements); err != nil {
			t.Errorf("%s: as many as are allowed: %v", name, err)
		}
		wantCode(t, scanJSON(of(MaxEmbeddingDims+1), maxListElements), CodeTooLarge)
	}
}

// A file of the operator's own may have longer lists than any request.
func TestDecodeFileTakesLongLists(t *testing.T) {
	t.Parallel()
	type file struct{ Names []string }
	doc := []byte(`{"names":["a"` + strings.Repeat(`,"a"`, 3*MaxEmbeddingDims-1) + "]}")
	got, err := DecodeFile[file](doc)
	fatalIf(t, err)
	if len(got.Names) != 3*MaxEmbeddingDims {
		t.Errorf("read %d names", len(got.Names))
	}
	_, err = Decode[file](doc)
	wantCode(t, err, CodeTooLarge)
	_, err = DecodeFile[file]([]byte(`{"names":[],"names":[]}`))
	wantCode(t, err, CodeBadJSON)
}
