package dead

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/worker"
)

// A letter of a bundle has the whole message, or its signature could not be
// proved any more. Where some of its requests were done, a header has the places
// of the others. What was done must not be done again, so a header that makes no
// sense is never taken for one that is not there.

// readPlaces reads the places of the requests that failed, from 0 and ascending;
// none if the letter is of all that its message asked for.
func readPlaces(h nats.Header) ([]int, error) {
	values := h[worker.DeadPlaces]
	if len(values) > 1 {
		return nil, errors.New("the header " + worker.DeadPlaces + " is there more than once")
	}
	var places []int
	for _, value := range values {
		for text := range strings.SplitSeq(value, ",") {
			place, err := strconv.Atoi(text)
			if err != nil || strconv.Itoa(place) != text || place < 0 || place >= messages.MaxBundle {
				return nil, fmt.Errorf("the header %s has %.20q, which is no place from 0 to %d", worker.DeadPlaces, text, messages.MaxBundle-1)
			}
			if n := len(places); n > 0 && place <= places[n-1] {
				return nil, fmt.Errorf("the header %s has place %d after %d", worker.DeadPlaces, place, places[n-1])
			}
			places = append(places, place)
		}
	}
	return places, nil
}

// A part is a request of a bundle.
type part struct {
	place int
	body  []byte
}

// open takes apart the bundle of a letter that is about some of its requests.
func (l *letter) open() {
	if len(l.Places) == 0 {
		return
	}
	all, err := partsOf(l.body)
	last := l.Places[len(l.Places)-1]
	switch {
	case err != nil:
		l.Unclear = "the header " + worker.DeadPlaces + " is for bundles, and the body is none: " + err.Error()
	case last >= len(all):
		l.Unclear = fmt.Sprintf("the header %s has place %d, and the bundle has %s, from place 0", worker.DeadPlaces, last, shell.Plural(len(all), "request"))
	default:
		l.Requests = len(all)
		for _, place := range l.Places {
			l.failed = append(l.failed, all[place])
		}
	}
}

func partsOf(body []byte) ([]part, error) {
	bodies, err := messages.BundledBodies(body)
	parts := make([]part, len(bodies))
	for i, body := range bodies {
		parts[i] = part{i, body}
	}
	return parts, err
}

// which says in words which requests of its bundle an open letter is about; ""
// if it is about all that its message asked for, or if that cannot be told.
func (l *letter) which() string {
	if len(l.failed) == 0 {
		return ""
	}
	places := make([]string, len(l.Places))
	for i, place := range l.Places {
		places[i] = strconv.Itoa(place)
	}
	at := places[len(places)-1]
	if before := places[:len(places)-1]; len(before) > 0 {
		at = strings.Join(before, ", ") + " and " + at
	}
	return fmt.Sprintf("%d of %s, at %s", len(l.Places), shell.Plural(l.Requests, "request"), at)
}

// mark says in a few characters, for a table, how many requests of a bundle failed.
func (l *letter) mark() string {
	switch {
	case l.Unclear != "":
		return " (?)"
	case len(l.Places) > 0:
		return fmt.Sprintf(" (%d)", len(l.Places))
	default:
		return ""
	}
}
