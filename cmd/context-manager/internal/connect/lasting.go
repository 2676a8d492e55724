package connect

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/nats-io/nats.go"
)

// Lasting are the options of a connection that a worker keeps for ever.
func Lasting() []nats.Option {
	return []nats.Option{
		nats.MaxReconnects(-1),
		nats.ReconnectBufSize(-1),   // what could not be sent failed then: sent later, it would be stale
		nats.IgnoreAuthErrorAbort(), // credentials may be on their way: a worker that gave up would need a person
		nats.CustomReconnectDelay(func(attempt int) time.Duration { return reconnectDelay(attempt, rand.Float64()) }),
	}
}

const (
	firstReconnect = 100 * time.Millisecond
	lastReconnect  = 10 * time.Second
)

// reconnectDelay doubles from firstReconnect to lastReconnect, 25 % more or
// less as u in [0,1) falls, so that a fleet does not come back all at once.
func reconnectDelay(attempt int, u float64) time.Duration {
	delay := lastReconnect
	if shift := max(attempt-1, 0); shift < 7 {
		delay = min(firstReconnect<<shift, lastReconnect)
	}
	return time.Duration(float64(delay) * (0.75 + u/2))
}

// transient tells whether connecting may succeed later without anybody's doing.
// A proxy takes connections before there is a server behind it, and ends them. A
// service's name may not be there before its servers are, nor behind a SOCKS proxy.
func transient(err error) bool {
	var network net.Error
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "socks connect") || errors.Is(err, nats.ErrNoServers) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.As(err, &network) && network.Timeout()
}

// ConnectWithin tries again for so long, 0 for as long as it takes, unless
// somebody has to do something first. tell hears of each try that failed, and of the
// pause after it.
func (f *NATSFlags) ConnectWithin(ctx context.Context, wait time.Duration, tell func(error, time.Duration), opts ...nats.Option) (*nats.Conn, error) {
	return backoff.Retry(ctx, func() (*nats.Conn, error) {
		conn, err := f.Connect(opts...)
		if err != nil && !transient(err) {
			return nil, backoff.Permanent(err)
		}
		return conn, err
	}, backoff.WithBackOff(pauses()), backoff.WithMaxElapsedTime(wait), backoff.WithNotify(tell))
}

// pauses grow between tries as those between attempts to come back do.
func pauses() backoff.BackOff {
	p := backoff.NewExponentialBackOff()
	p.InitialInterval, p.MaxInterval, p.RandomizationFactor = firstReconnect, lastReconnect, 0.25
	return p
}
