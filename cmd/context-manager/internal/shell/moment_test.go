package shell

import (
	"testing"
)

func TestMomentForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"2026-03-02": 1772409600000, "2026-03-02T18:04:00Z": 1772474640000, "2026-03-02 18:04": 1772474640000,
		"2026-03-02T20:04:00+02:00": 1772474640000, "1772474640": 1772474640000, "1772474640123": 1772474640123, "0": 0,
	} {
		var m Moment
		if err := m.UnmarshalText([]byte(text)); err != nil || int64(m) != want {
			t.Errorf("%s: got %d, %v; want %d", text, m, err, want)
		}
	}
	for _, text := range []string{"", "soon", "-5", "NaN", "Inf", "1e300", "2026-13-01", "2026"} {
		var m Moment
		if err := m.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %d", text, m)
		}
	}
}
