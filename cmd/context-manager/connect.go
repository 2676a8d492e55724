package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/synadia-io/orbit.go/natscontext"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

const defaultURL = "nats://127.0.0.1:4222"

// connectFlags say which NATS server, and as whom.
type connectFlags struct {
	NATSURL  string `name:"nats-url" env:"CTX_NATS_URL" group:"nats" placeholder:"URL" help:"Server, or several divided by commas. Default: ${natsurl}."`
	Context  string `env:"CTX_CONTEXT" group:"nats" placeholder:"NAME" help:"Connect as this context of the nats tool says."`
	Creds    string `env:"CTX_CREDS" group:"nats" type:"path" placeholder:"FILE" help:"Credentials file of a NATS user."`
	NKey     string `name:"nkey" env:"CTX_NKEY" group:"nats" type:"path" placeholder:"FILE" help:"File with a NATS user's nkey seed."`
	TLSCA    string `name:"tls-ca" env:"CTX_TLS_CA" group:"nats" type:"path" placeholder:"FILE" help:"Certificates that the server's must be signed by."`
	TLSCert  string `name:"tls-cert" env:"CTX_TLS_CERT" group:"nats" type:"path" placeholder:"FILE" help:"Client certificate. Needs --tls-key."`
	TLSKey   string `name:"tls-key" env:"CTX_TLS_KEY" group:"nats" type:"path" placeholder:"FILE" help:"Key of the client certificate."`
	Inbox    string `name:"inbox-prefix" env:"CTX_INBOX_PREFIX" group:"nats" placeholder:"SUBJECT" help:"Subject that replies come under, as the NATS user and the key allow it. Default: _INBOX, or what --context says."`
	Prefix   string `env:"CTX_PREFIX" group:"nats" default:"ctx" help:"First token of every subject."`
	Audience string `env:"CTX_AUDIENCE" group:"nats" default:"default" help:"Name of the deployment, which every signature covers."`
}

// connect connects once, with options that apply whatever the flags say.
func (f *connectFlags) connect(extra ...nats.Option) (*nats.Conn, error) {
	opts, err := f.options()
	if err != nil {
		return nil, err
	}
	opts = append(opts, extra...)
	if f.Context != "" {
		nc, _, err := natscontext.Connect(f.Context, opts...)
		return nc, f.failed(err)
	}
	nc, err := nats.Connect(f.url(), opts...)
	return nc, f.failed(err)
}

func (f *connectFlags) url() string {
	if f.NATSURL == "" {
		return defaultURL
	}
	return f.NATSURL
}

// failed says in the error which server was meant. A URL may hold a password, so only hosts are named.
func (f *connectFlags) failed(err error) error {
	if err == nil {
		return nil
	}
	if f.Context != "" {
		return fmt.Errorf("connect to NATS by the context %q: %w", f.Context, err)
	}
	return fmt.Errorf("connect to NATS at %s: %w", hosts(f.url()), err)
}

func (f *connectFlags) options() ([]nats.Option, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	var opts []nats.Option
	if f.Creds != "" {
		opts = append(opts, nats.UserCredentials(f.Creds))
	}
	if f.NKey != "" {
		opt, err := nats.NkeyOptionFromSeed(f.NKey)
		if err != nil {
			return nil, fmt.Errorf("read the nkey seed: %w", err)
		}
		opts = append(opts, opt)
	}
	if f.Inbox != "" {
		opts = append(opts, nats.CustomInboxPrefix(f.Inbox))
	}
	if f.TLSCA != "" {
		opts = append(opts, nats.RootCAs(f.TLSCA))
	}
	if f.TLSCert != "" {
		opts = append(opts, nats.ClientCert(f.TLSCert, f.TLSKey))
	}
	return opts, nil
}

func (f *connectFlags) check() error {
	if f.Context != "" && f.NATSURL != "" {
		return shell.Usagef("--context and --nats-url both name a server: give one of them")
	}
	if f.Creds != "" && f.NKey != "" {
		return shell.Usagef("--creds and --nkey both name a user: give one of them")
	}
	if (f.TLSCert == "") != (f.TLSKey == "") {
		return shell.Usagef("--tls-cert and --tls-key belong together: give both or neither")
	}
	for _, file := range []string{f.Creds, f.NKey, f.TLSCA, f.TLSCert, f.TLSKey} {
		if err := files.Readable(file); err != nil {
			return err
		}
	}
	return nil
}

// lasting are the options of a connection that a worker keeps for ever.
func lasting() []nats.Option {
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
// A proxy takes connections before there is a server behind it, and ends them.
func transient(err error) bool {
	var network net.Error
	return errors.Is(err, nats.ErrNoServers) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.As(err, &network) && network.Timeout()
}
