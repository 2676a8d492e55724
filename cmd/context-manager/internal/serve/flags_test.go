package serve

import (
	"testing"

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
