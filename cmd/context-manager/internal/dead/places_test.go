package dead

import (
	"strconv"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/worker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Whatever a header has, places that are read of it are those of a bundle, in
// their order, and what it has is how a worker writes them.
func FuzzReadPlaces(f *testing.F) {
	for _, seed := range []string{"0", "0,3", "63", "", ",", "0,", "1,0", "1,1", "64", "-1", "+1", "00", "0, 1", "9999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		places, err := readPlaces(nats.Header{worker.DeadPlaces: {value}})
		if err != nil {
			if places != nil {
				t.Errorf("%q: %v beside %v", value, places, err)
			}
			return
		}
		written := make([]string, len(places))
		for i, place := range places {
			if written[i] = strconv.Itoa(place); place < 0 || place >= messages.MaxBundle || i > 0 && place <= places[i-1] {
				t.Errorf("%q was read as %v", value, places)
			}
		}
		if strings.Join(written, ",") != value || len(places) == 0 {
			t.Errorf("%q was read as %v", value, places)
		}
	})
}

// Without the header a letter is of all that its message asked for.
func TestALetterWithoutPlacesIsOfTheWhole(t *testing.T) {
	t.Parallel()
	if places, err := readPlaces(nats.Header{worker.DeadCode: {"unavailable"}}); places != nil || err != nil {
		t.Errorf("places %v, %v", places, err)
	}
}
