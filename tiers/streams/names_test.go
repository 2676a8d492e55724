package streams

import "testing"

func TestNamesFollowThePrefix(t *testing.T) {
	t.Parallel()
	if n := NamesOf(""); n.Short != "ctx_short" || n.Jobs != "CTX_JOBS" || n.Consumer != "ctx-workers" {
		t.Errorf("default names %+v", n)
	}
	if n := NamesOf("acme.blue"); n.Short != "acme-blue_short" || n.Jobs != "ACME-BLUE_JOBS" || n.Consumer != "ctx-workers" {
		t.Errorf("names under a prefix %+v", n)
	}
}
