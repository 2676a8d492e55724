package bench

import (
	"context"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/tiers/streams"
)

// EchoCommand answers bare requests, for bench to compare with. It is a
// process of its own because a worker is one.
type EchoCommand struct {
	connect.NATSFlags
}

// Subjects and names of the bare echoes, under a bench's prefix.
func echoSubject(prefix string) string    { return prefix + ".echo" }
func echoJobSubject(prefix string) string { return prefix + ".echojob" }
func echoStream(prefix string) string     { return streams.NamesOf(prefix).Jobs + "_ECHO" }

// The headers by which a bare request says what it wants back.
const (
	echoSizeHeader  = "Echo-Size"
	echoReplyHeader = "Echo-Reply"
)

// Run answers until ctx is done, or the bench that started it is gone.
func (c *EchoCommand) Run(ctx context.Context, sh *shell.Shell) error {
	ctx, release := shell.UntilEOF(ctx, sh.In)
	defer release()
	// For as long as a worker tries that is measured beside it: a busy machine may take more than one try.
	nc, err := c.ConnectWithin(ctx, time.Minute, nil, append(connect.Lasting(), nats.Name(shell.Program+" bench-echo"))...)
	if err != nil {
		return err
	}
	defer nc.Close()
	if _, err := nc.Subscribe(echoSubject(c.Prefix), answerEcho); err != nil {
		return err
	}
	jobs, err := consumeEchoes(ctx, nc, c.Prefix)
	if err != nil {
		return err
	}
	defer jobs.Stop()
	if err := nc.Flush(); err != nil {
		return err
	}
	if err := sh.JSON(readyLine{Message: readyMessage}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

var echoBytes = make([]byte, 1<<20)

// answerEcho answers with as many bytes as the request asks for.
func answerEcho(m *nats.Msg) {
	size, err := strconv.Atoi(m.Header.Get(echoSizeHeader))
	if err != nil || size > len(echoBytes) {
		return
	}
	_ = m.Respond(echoBytes[:size]) // a caller that is gone waits for nothing
}

// consumeEchoes answers jobs as bare as they can be: fetched, answered, acknowledged.
func consumeEchoes(ctx context.Context, nc *nats.Conn, prefix string) (jetstream.ConsumeContext, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	stream, err := js.CreateStream(ctx, jetstream.StreamConfig{
		Name: echoStream(prefix), Subjects: []string{echoJobSubject(prefix)}, Retention: jetstream.WorkQueuePolicy,
	})
	if err != nil {
		return nil, err
	}
	consumer, err := stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: "echo", AckPolicy: jetstream.AckExplicitPolicy, AckWait: 30 * time.Second, MaxAckPending: 8192,
	})
	if err != nil {
		return nil, err
	}
	return consumer.Consume(func(m jetstream.Msg) {
		_ = nc.Publish(m.Headers().Get(echoReplyHeader), m.Data())
		_ = m.Ack()
	})
}
