package imports

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestWrongTypesAreToldInWords(t *testing.T) {
	t.Parallel()
	type inner struct {
		Evidence []string `json:"evidence"`
	}
	for given, want := range map[string]string{
		`{"id": 5}`:                          `"id" is a number, a text is wanted`,
		`{"session": 1.5}`:                   `"session" is a number 1.5, a whole number is wanted`,
		`{"pinned": "yes"}`:                  `"pinned" is a text, true or false is wanted`,
		`{"questions": {}}`:                  `"questions" is an object, a list is wanted`,
		`{"questions": [{"evidence": "x"}]}`: `"questions.evidence" is a text, a list is wanted`,
		`[]`:                                 `a list is there, an object is wanted`,
	} {
		var into struct {
			ID        string  `json:"id"`
			Session   int     `json:"session"`
			Pinned    bool    `json:"pinned"`
			Questions []inner `json:"questions"`
		}
		if err := InWords(json.Unmarshal([]byte(given), &into)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", given, err, want)
		}
	}
	other := errors.New("something else")
	if err := InWords(other); !errors.Is(err, other) {
		t.Errorf("another error became %v", err)
	}
}
