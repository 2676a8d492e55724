package worker

import (
	"strings"
	"testing"
)

func TestHeaderTextIsOneBoundedLineOfASCII(t *testing.T) {
	t.Parallel()
	got := headerText("a\r\nNats-Rollup: all\x00" + strings.Repeat("ü", 400))
	if len(got) > maxErrorHeader || !strings.HasPrefix(got, "a  Nats-Rollup: all ??") || strings.Trim(got[len("a  Nats-Rollup: all "):], "?") != "" {
		t.Fatalf("%q", got)
	}
}

// The memory of a seldom, large reply is not kept.
func TestALargeBufferIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	var b buffers
	for range 100 {
		b.put(make([]byte, 0, maxKeptBuffer+1))
		if got := b.get(); cap(got) > maxKeptBuffer {
			t.Fatalf("a buffer of %d bytes is used again", cap(got))
		}
	}
}
