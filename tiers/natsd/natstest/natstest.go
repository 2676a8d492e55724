// Package natstest gives a test its own nats-server and connections to it.
package natstest

import (
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/natsd"
)

// Start starts a server for one test, with its files in a folder of the test's.
func Start(t testing.TB, configure ...func(*natsd.Options)) *natsd.Server {
	t.Helper()
	o := natsd.Options{StoreDir: t.TempDir()}
	for _, c := range configure {
		c(&o)
	}
	s, err := natsd.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
	return s
}

// Connect opens a connection that is closed with the test.
func Connect(t testing.TB, s *natsd.Server, opts ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(s.URL(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// Count counts what is published on a subject from now on, as far as the server
// has taken it when the count is asked for.
func Count(t testing.TB, nc *nats.Conn, subject string) (published func() int) {
	t.Helper()
	sub, err := nc.SubscribeSync(subject)
	if err != nil {
		t.Fatal(err)
	}
	flush := func() {
		t.Helper()
		if err := nc.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	flush() // what other connections publish from here on is counted, too
	return func() int {
		t.Helper()
		flush()
		n, _, err := sub.Pending()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
}
