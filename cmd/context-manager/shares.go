package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/context-manager/context-manager/messages"
)

// sharesFlag is three numbers divided by commas.
type sharesFlag messages.Shares

// UnmarshalText reads the numbers of immediate, short_term and long_term.
func (s *sharesFlag) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), ",")
	if len(parts) != len(messages.Levels) {
		return fmt.Errorf("%q is not three numbers divided by commas, for immediate, short_term and long_term", text)
	}
	for i, field := range []*float64{&s.Immediate, &s.ShortTerm, &s.LongTerm} {
		number, err := strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		if err != nil {
			return fmt.Errorf("%q is no number", parts[i])
		}
		*field = number
	}
	return nil
}

func (s *sharesFlag) shares() *messages.Shares { return (*messages.Shares)(s) }
