package worker

import (
	"strings"
	"testing"
)

func TestHeaderTextIsOneBoundedLine(t *testing.T) {
	t.Parallel()
	got := headerText("a\r\nNats-Rollup: all\x00" + strings.Repeat("ü", 400))
	if strings.ContainsAny(got, "\r\n\x00") || len(got) > maxErrorHeader || !strings.HasSuffix(got, "ü") {
		t.Fatalf("%q", got)
	}
}
