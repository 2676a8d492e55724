package sendbuf

import (
	"net"
	"time"
)

// A Dialer makes connections whose writes are gathered. It is a
// nats.CustomDialer: TLS goes on top.
type Dialer struct {
	// Base dials. Default: a net.Dialer that tries for two seconds, as nats.go's own.
	Base interface {
		Dial(network, address string) (net.Conn, error)
	}
	// Stall is how long the other side may take nothing before the connection
	// is given up. Default: a minute.
	Stall time.Duration
}

const (
	dialTimeout  = 2 * time.Second
	defaultStall = time.Minute
)

// Dial connects.
func (d Dialer) Dial(network, address string) (net.Conn, error) {
	if d.Base == nil {
		d.Base = &net.Dialer{Timeout: dialTimeout}
	}
	if d.Stall <= 0 {
		d.Stall = defaultStall
	}
	to, err := d.Base.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return newConn(to, d.Stall), nil
}
