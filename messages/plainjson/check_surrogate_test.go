package plainjson

import (
	"encoding/json"
	"fmt"
	"testing"
)

// Escapes at the edges of the surrogates: a half alone is refused, or encoding/json
// would put U+FFFD in its place, and what is beside them is a character like any other.
func TestSurrogatesAtTheirEdges(t *testing.T) {
	t.Parallel()
	for escapes, legal := range map[string]bool{
		`\ud7ff`: true, `\ue000`: true, `\ud800\udc00`: true, `\udbff\udfff`: true,
		`\ud800`: false, `\udbff`: false, `\udc00`: false, `\udfff`: false, `\udc00\ud800`: false, `\udc00\udc00`: false,
		`\ud800\udbff`: false, `\ud800\ue000`: false, `\udbff\ud7ff`: false,
	} {
		body := []byte(`{"a":"` + escapes + `"}`)
		if err := Check(body, limited); (err == nil) != legal {
			t.Errorf("%s: %v; want it legal %t", body, err, legal)
		}
		var read struct{ A string }
		if err := json.Unmarshal(body, &read); legal && (err != nil || fmt.Sprintf("%+q", read.A) == `"\ufffd"`) {
			t.Errorf("%s is read as %+q, %v", body, read.A, err)
		}
	}
}
