// Package client is the Go client of Context Manager.
//
// A Client signs requests, sends them over NATS and accepts only replies that
// a worker has signed. Its methods are of two kinds. Store, Assemble, List,
// Update, Delete, Clear, Promote and Stats use the ask lane: request and
// reply, tried again where that is safe, within the context's deadline. Submit
// and SubmitAndWait use the job lane: the request is in a stream when they
// return or wait, and takes effect however often a worker dies.
//
// A Client reads its own writes: it remembers how far it has written each
// session and user, and asks later reads, of whichever worker, to have seen
// that much. What Submit puts into the stream is not among them, as nobody tells
// it when that is done.
//
// What a worker says of a request is a *messages.Error, whose code tells what to do
// (messages.HasCode); what went wrong on the way is one of the errors of this
// package. What may pass was tried again already, as often as time and
// Options.Retries let it.
//
// A Client is safe for concurrent use. One serves a whole process: all its
// calls share one subscription. It survives the loss of its connection, as
// nats.go connects again by itself: for ever with nats.MaxReconnects(-1), and
// for two minutes without.
//
// A connection that takes nothing, as that to a server which stands still, holds up
// calls past the end of their contexts, and Close: nats.go tries to write for
// nats.FlusherTimeout, which is a minute by default. Set a few seconds, and
// nats.ReconnectOnFlusherError, so that it leaves such a connection after them.
// A message has that long to be written, however large it is: one of 10 MiB takes
// 8 s at 10 Mbit/s, so set more where lines are narrow and requests large.
package client

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A Client speaks for one key in one tenant.
type Client struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	opts     Options // with defaults
	signer   *envelope.Signer
	subjects messages.Subjects
	inbox    *inbox
	asks     map[messages.Op]*bundler // never written to once it is made, as the next two
	jobs     map[messages.Op]*bundler // whose callers wait for the stream
	awaited  map[messages.Op]*bundler // jobs whose callers wait for a worker, too
	seen     *revisions
	answered atomic.Bool   // a worker has: there is one, and key and clock were right
	stem     string        // of the ids of items that have none: random
	items    atomic.Uint64 // that got an id
}

// New makes a client that uses nc, which stays the caller's to close. It
// fails if an option is missing or malformed, or with ErrClosed if nc is closed. It does not
// wait for a server: nc may still be connecting.
func New(nc *nats.Conn, o Options) (*Client, error) {
	if nc == nil {
		return nil, errors.New("client: a NATS connection is required")
	}
	o = o.withDefaults(nc.Opts.InboxPrefix)
	c := &Client{nc: nc, opts: o, seen: newRevisions(o.Owners)}
	if err := c.prepare(); err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	var err error
	if c.stem, err = messages.NewID(rand.Reader); err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if c.js, err = jetstream.New(nc); err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if c.inbox, err = openInbox(nc, o.InboxPrefix); err != nil {
		return nil, fmt.Errorf("client: subscribe to the inbox: %w", orClosed(err))
	}
	c.asks = newBundlers(c, c.carryAsks)
	c.jobs = newBundlers(c, c.carryJobs)
	c.awaited = newBundlers(c, c.carryAwaited)
	return c, nil
}

// prepare makes what depends on the options alone, and so judges them.
func (c *Client) prepare() error {
	err := messages.CheckTenant(c.opts.Tenant)
	if err != nil {
		return err
	}
	if c.subjects, err = messages.NewSubjects(c.opts.Prefix); err != nil {
		return err
	}
	if err = cmp.Or(c.checkInbox(), c.opts.checkJobLife()); err != nil {
		return err
	}
	c.signer, err = envelope.NewSigner(c.opts.KeyID, c.opts.Secret, c.opts.Audience)
	return err
}

// checkInbox refuses a prefix of which workers would refuse every inbox.
func (c *Client) checkInbox() error {
	if c.subjects.Own(c.opts.InboxPrefix) {
		return messages.Errorf(messages.CodeBadRequest, "the inbox prefix is among the service's own subjects, %s.>: use another", c.subjects.Prefix())
	}
	return envelope.CheckInboxPrefix(c.opts.InboxPrefix)
}

// Close ends the client's subscription and waits until its goroutines are gone.
// Calls in progress and later ones fail with ErrClosed; of a job on its way to
// the stream the receipt is still waited for, by Close too if it shares a message
// with others. The connection stays open, and holds Close up while it takes nothing.
// Close may be called more than once.
func (c *Client) Close() {
	c.inbox.close()
	for _, lane := range []map[messages.Op]*bundler{c.asks, c.jobs, c.awaited} {
		for _, b := range lane {
			b.close()
		}
	}
}
