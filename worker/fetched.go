package worker

import (
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

// A fetched message is settled by what is published to its reply subject.
type fetched struct {
	m    *nats.Msg
	conn *nats.Conn
}

func (f fetched) Subject() string      { return f.m.Subject }
func (f fetched) Headers() nats.Header { return f.m.Header }
func (f fetched) Data() []byte         { return f.m.Data }

func (f fetched) Ack() error                         { return f.settle("+ACK") }
func (f fetched) InProgress() error                  { return f.settle("+WPI") }
func (f fetched) TermWithReason(reason string) error { return f.settle("+TERM " + reason) }
func (f fetched) NakWithDelay(delay time.Duration) error {
	return f.settle(`-NAK {"delay":` + strconv.FormatInt(delay.Nanoseconds(), 10) + `}`)
}

func (f fetched) settle(how string) error { return f.conn.Publish(f.m.Reply, []byte(how)) }

// Metadata is what the reply subject tells.
func (f fetched) Metadata() (*nats.MsgMetadata, error) { return f.m.Metadata() }
