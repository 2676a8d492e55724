package connect

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestReconnectDelayGrowsWithinItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		attempt := rapid.IntRange(-1, 1<<20).Draw(rt, "attempt")
		u := rapid.Float64Range(0, 0.999999).Draw(rt, "u")
		if d := reconnectDelay(attempt, u); d < firstReconnect*3/4 || d > lastReconnect*5/4 {
			rt.Fatalf("attempt %d waits %v", attempt, d)
		}
		if reconnectDelay(attempt, u) > reconnectDelay(attempt+1, u) {
			rt.Fatalf("attempt %d waits longer than the one after it", attempt)
		}
	})
	if d := reconnectDelay(2, 0.5); d != 200*time.Millisecond {
		t.Errorf("the second attempt waits %v", d)
	}
}

// A worker's connection is kept for ever, waits between attempts as
// reconnectDelay says, and holds nothing back to send it later.
func TestAWorkersConnectionIsKeptForEver(t *testing.T) {
	t.Parallel()
	o := nats.GetDefaultOptions()
	for _, change := range Lasting() {
		if err := change(&o); err != nil {
			t.Fatal(err)
		}
	}
	if !o.AllowReconnect || o.MaxReconnect != -1 || !o.IgnoreAuthErrorAbort || o.ReconnectBufSize != -1 {
		t.Errorf("it gives up: reconnect %t, at most %d times, whatever the server says of its user %t, buffer %d",
			o.AllowReconnect, o.MaxReconnect, o.IgnoreAuthErrorAbort, o.ReconnectBufSize)
	}
	if o.CustomReconnectDelayCB == nil {
		t.Fatal("it waits as the library does, all workers in step")
	}
	seen := map[time.Duration]bool{}
	for range 20 {
		seen[o.CustomReconnectDelayCB(5)] = true
	}
	if len(seen) < 2 {
		t.Errorf("every worker waits %v: they come back all at once", seen)
	}
}

// errProxy is what golang.org/x/net says of a server that a SOCKS proxy does not reach.
var errProxy = errors.New("unknown error host unreachable")

// A dialer fails as often as it has errors, and then dials.
type dialer struct{ errs []error }

func (d *dialer) Dial(network, address string) (net.Conn, error) {
	if len(d.errs) == 0 {
		return (&net.Dialer{}).Dial(network, address)
	}
	err := d.errs[0]
	d.errs = d.errs[1:]
	op := "dial"
	if errors.Is(err, errProxy) {
		op = "socks connect"
	}
	return nil, &net.OpError{Op: op, Net: network, Err: err}
}

// A service that has no server yet has no name yet in some places, and a host
// that starts anew has no route.
func TestAServerThatCannotBeDialledYetIsWaitedFor(t *testing.T) {
	t.Parallel()
	d := &dialer{errs: []error{
		&net.DNSError{Err: "no such host", Name: "nats", IsNotFound: true},
		os.NewSyscallError("connect", syscall.EHOSTUNREACH), os.NewSyscallError("connect", syscall.ENETUNREACH), errProxy,
	}}
	tries := 0
	nc, err := (&NATSFlags{NATSURL: natstest.Start(t).URL(), Prefix: "ctx", Audience: "default"}).ConnectWithin(t.Context(), 0,
		func(error, time.Duration) { tries++ }, nats.SetCustomDialer(d))
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
	if tries != 4 {
		t.Errorf("it was told of %d tries that failed; want 4", tries)
	}
}
