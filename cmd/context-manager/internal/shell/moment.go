package shell

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// A Moment is a time in unix milliseconds, written by people as RFC 3339, as a
// date, or as unix seconds or milliseconds. 0 is none.
type Moment int64

// UnmarshalText reads one of the written forms. A date alone is its midnight in UTC.
func (m *Moment) UnmarshalText(text []byte) error {
	s := string(text)
	if number, err := strconv.ParseFloat(s, 64); err == nil {
		if math.IsNaN(number) || number < 0 || number > maxUnix {
			return noTime(s)
		}
		if number >= 1000 && number < 10_000 { // as seconds it would be the first hours of 1970, which nobody means
			return fmt.Errorf("%q is a year or no time: write a date, such as %s-01-01", s, s)
		}
		m.fromNumber(number)
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			*m = Moment(t.UnixMilli())
			return nil
		}
	}
	return noTime(s)
}

func noTime(text string) error {
	return fmt.Errorf("%q is no time: write 2026-03-02T18:04:00Z, 2026-03-02, or unix seconds or milliseconds", text)
}

// millisFrom is where numbers start to mean milliseconds: as seconds it would be the year 5138.
const millisFrom = 100_000_000_000

// maxUnix is past all that the protocol takes, which ends with the year 9999.
const maxUnix = 9e15

func (m *Moment) fromNumber(number float64) {
	if number < millisFrom {
		number *= 1000
	}
	*m = Moment(math.Round(number))
}

// Clock writes unix milliseconds for people, in UTC.
func Clock(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04")
}
