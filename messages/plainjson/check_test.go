package plainjson

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// limited is what the bodies of these tests may have.
var limited = Limits{Depth: 4, Elements: 1001, Fields: 3, NameBytes: 8, Free: "metadata"}

func TestScanAllocatesNothingAValue(t *testing.T) {
	allocs := func(items int) float64 {
		body := []byte(`{"items":[` + strings.Repeat(`{"text":"a\nb","time":1,"metadata":{"k":"v"}},`, items) + `{}]}`)
		return testing.AllocsPerRun(20, func() { _ = Check(body, limited) })
	}
	if few, many := allocs(1), allocs(1000); many > few {
		t.Errorf("%v allocations for 1 item, %v for 1000", few, many)
	}
}

// What is handed in is what holds, and no more is taken than a scan has room for.
func TestLimitsAreThoseThatAreHandedIn(t *testing.T) {
	t.Parallel()
	deep := func(levels int) string {
		return strings.Repeat(`{"a":`, levels-1) + "{}" + strings.Repeat("}", levels-1)
	}
	boundless := limited
	boundless.Depth = 1000
	for name, c := range map[string]struct {
		limits   Limits
		body     string
		tooLarge bool
		message  string
	}{
		"as deep":        {limited, deep(4), false, ""},
		"deeper":         {limited, deep(5), false, "a.a.a is nested deeper than 4 levels"},
		"nothing at all": {Limits{}, "{}", false, "the body is nested deeper than 0 levels"},
		"all the room":   {boundless, deep(deepest), false, ""},
		"no room":        {boundless, deep(deepest + 1), false, " is nested deeper than 32 levels"},
		"as many":        {limited, `{"a":[` + strings.Repeat("0,", 1000) + `0]}`, false, ""},
		"more":           {limited, `{"a":[` + strings.Repeat("0,", 1001) + `0]}`, true, "a has more than 1001 elements"},
		"as many fields": {limited, `{"a":1,"b":2,"c":3}`, false, ""},
		"more fields":    {limited, `{"a":1,"b":2,"c":3,"d":4}`, true, "the body has more than 3 fields"},
		"as long":        {limited, `{"abcd_678":1}`, false, ""},
		"longer":         {limited, `{"abcd_6789":1}`, false, "the body has a name that no field has"},
		"free":           {limited, `{"metadata":{"A longer name":1}}`, false, ""},
		"not free":       {limited, `{"data":{"A longer name":1}}`, false, "data has a name that no field has"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Check([]byte(c.body), c.limits)
			if c.message == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			var refused *Error
			if !errors.As(err, &refused) || refused.TooLarge != c.tooLarge || !strings.Contains(refused.Error(), c.message) {
				t.Errorf("got %+v, want %q, too large %t", err, c.message, c.tooLarge)
			}
		})
	}
}

// FuzzCheck proves that what is accepted is JSON, and one object of it.
func FuzzCheck(f *testing.F) {
	for _, body := range []string{`{}`, `{"a":{"metadata":{"A":[1,2.5e-7,true,false,"\ud83d\ude42"]}}}`, `{"a":null,"b":-0}`, `{"a":01}`, `{"a":"\ud83d"}`, `{"a":1}{}`, `[[[[[[`, "\ufeff{}", "{\"a\":\"\x1f\"}", "{\"a\":\"\x00\"}"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var object map[string]json.RawMessage
		if Check(body, limited) == nil && json.Unmarshal(body, &object) != nil {
			t.Fatalf("%q was accepted and is no JSON object", body)
		}
	})
}
