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
