package streams

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestDriftIsCountedAndLeftAlone(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	made := ensured(t, server, Config{})
	other := ensured(t, server, Config{ShortMaxAge: time.Hour})
	short, long := OfBucket(made.Names.Short), OfBucket(made.Names.Long)
	if got := other.driftOf(t, short); got != 1 {
		t.Errorf("drift of %s is %v; want 1 setting", short, got)
	}
	if got := other.driftOf(t, long); got != 0 {
		t.Errorf("drift of %s is %v; want none", long, got)
	}
	if age := made.info(t, short).Config.MaxAge; age != made.cfg.ShortMaxAge {
		t.Errorf("the stream was changed: %v", age)
	}
}

// A byte limit that an operator has set is theirs to set. That there is none is said.
func TestAByteLimitIsNoDrift(t *testing.T) {
	t.Parallel()
	set := ensured(t, natstest.Start(t), Config{})
	for limit, want := range map[int64]float64{1 << 20: 0, 4 << 30: 0, -1: 1} {
		have := set.cfg.streams(set.Names, set.subjects)[1]
		wanted := have
		have.MaxBytes = limit
		if err := set.noteDrift(wanted, have); err != nil {
			t.Fatal(err)
		}
		if n := set.driftOf(t, set.Names.Dead); n != want {
			t.Errorf("a limit of %d: a drift of %v; want %v", limit, n, want)
		}
	}
}
