package serve

import (
	"testing"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

func TestBytesInFlightAreConfigured(t *testing.T) {
	t.Parallel()
	f := WorkerFlags{InFlightMiB: 100, JobMiB: 12}
	if c := f.worker("ctx", "v1.2.3"); c.AskInFlightBytes != 100<<20 || c.AskPendingBytes != 100<<20 || c.JobInFlightBytes != 12<<20 {
		t.Errorf("got %+v", c)
	}
	f.InFlightMiB = 1
	if c := f.worker("ctx", "v1.2.3"); c.AskInFlightBytes != 1<<20 || c.AskPendingBytes < messages.MaxMessageBytes {
		t.Errorf("got %+v; one message must have room to wait", c)
	}
}

func TestNoL1IsToldFromOneThatIsNotGiven(t *testing.T) {
	t.Parallel()
	for megabytes, want := range map[shell.Megabytes]int{0: -1, 1: 1 << 20, 256: 256 << 20} {
		f := WorkerFlags{L1: megabytes}
		if c := f.tiers("ctx"); c.L1.MaxBytes != want {
			t.Errorf("--l1 %d makes an L1 of %d bytes, want %d", megabytes, c.L1.MaxBytes, want)
		}
	}
}
