package messages

import (
	"strings"
	"testing"
)

func TestScanAllocatesNothingAValue(t *testing.T) {
	allocs := func(items int) float64 {
		body := []byte(`{"items":[` + strings.Repeat(`{"text":"a\nb","time":1,"metadata":{"k":"v"}},`, items) + `{}]}`)
		return testing.AllocsPerRun(20, func() { _ = scanJSON(body, maxListElements) })
	}
	if few, many := allocs(1), allocs(1000); many > few {
		t.Errorf("%v allocations for 1 item, %v for 1000", few, many)
	}
}
