package plainjson

import (
	"encoding/json"
	"strings"
	"testing"
)

// Numbers are those of RFC 8259, as encoding/json has them.
func TestNumbersAreThoseOfJSON(t *testing.T) {
	t.Parallel()
	for _, number := range []string{
		"0", "-0", "7", "-70", "0.5", "1.05", "1e5", "1E5", "1e+5", "1E-5", "2.5e-7", "0e0",
		"01", "-", "--1", "+1", "1.", ".5", "1.e5", "1e", "1e+", "1e+-5", "1e5.5", "0x1", "Infinity", "NaN",
	} {
		body := []byte(`{"a":` + number + `}`)
		if err := Check(body, limited); (err == nil) != json.Valid(body) {
			t.Errorf("%s: %v; want it legal %t", number, err, json.Valid(body))
		}
	}
}

// What is refused is said where it is, from the body down, places in lists as numbers of ten.
func TestARefusalNamesThePlace(t *testing.T) {
	t.Parallel()
	err := Check([]byte(`{"a":[`+strings.Repeat("0,", 12)+`{"b":{"B":1}}]}`), limited)
	if err == nil || !strings.HasPrefix(err.Error(), "a[12].b has a name that no field has") {
		t.Errorf("got %v", err)
	}
}
