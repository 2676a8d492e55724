// Package connect is how a command reaches NATS, and through it a worker: the
// flags that say which server and as whom, connections that are made once or
// kept for ever, and a client that signs with the caller's key.
package connect

import (
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// DefaultURL is the server of who names none.
const DefaultURL = "nats://127.0.0.1:4222"

// NATSFlags say which NATS server, and as whom.
type NATSFlags struct {
	NATSURL  string `name:"nats-url" env:"CTX_NATS_URL" group:"nats" placeholder:"URL" help:"Server, or several divided by commas. Default: ${natsurl}."`
	Context  string `env:"CTX_CONTEXT" group:"nats" placeholder:"NAME" help:"Connect as this context of the nats tool says."`
	Creds    string `env:"CTX_CREDS" group:"nats" type:"path" placeholder:"FILE" help:"Credentials file of a NATS user."`
	NKey     string `name:"nkey" env:"CTX_NKEY" group:"nats" type:"path" placeholder:"FILE" help:"File with a NATS user's nkey seed."`
	TLSCA    string `name:"tls-ca" env:"CTX_TLS_CA" group:"nats" type:"path" placeholder:"FILE" help:"Certificates that the server's must be signed by."`
	TLSCert  string `name:"tls-cert" env:"CTX_TLS_CERT" group:"nats" type:"path" placeholder:"FILE" help:"Client certificate. Needs --tls-key."`
	TLSKey   string `name:"tls-key" env:"CTX_TLS_KEY" group:"nats" type:"path" placeholder:"FILE" help:"Key of the client certificate."`
	Inbox    string `name:"inbox-prefix" env:"CTX_INBOX_PREFIX" group:"nats" placeholder:"SUBJECT" help:"Subject that replies come under, as the NATS user and the key allow it. Default: _INBOX, or what --context says."`
	Prefix   string `env:"CTX_PREFIX" group:"nats" default:"ctx" help:"What every subject begins with."`
	Audience string `env:"CTX_AUDIENCE" group:"nats" default:"default" help:"Name of the deployment, which every signature covers."`
}

// Connect connects once, with options that apply whatever the flags say.
func (f *NATSFlags) Connect(extra ...nats.Option) (*nats.Conn, error) {
	opts, err := f.options()
	if err != nil {
		return nil, err
	}
	opts = append(opts, extra...)
	if f.Context != "" {
		nc, err := f.byContext(opts)
		return nc, f.failed(err)
	}
	nc, err := nats.Connect(f.url(), opts...)
	return nc, f.failed(err)
}

func (f *NATSFlags) url() string {
	if f.NATSURL == "" {
		return DefaultURL
	}
	return f.NATSURL
}

// failed says in the error which server was meant.
func (f *NATSFlags) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("connect to NATS %s: %w", f.Server(), err)
}

// Server says which server is meant. A URL may hold a password, so only hosts are named.
func (f *NATSFlags) Server() string {
	if f.Context != "" {
		return fmt.Sprintf("by the context %q", f.Context)
	}
	return "at " + hosts(f.url())
}

func (f *NATSFlags) options() ([]nats.Option, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	opts := []nats.Option{nats.ErrorHandler(inTheError)}
	if f.Creds != "" {
		opts = append(opts, nats.UserCredentials(f.Creds))
	}
	if f.NKey != "" {
		opt, err := nats.NkeyOptionFromSeed(f.NKey)
		if err != nil {
			return nil, fmt.Errorf("--nkey: read the seed: %w", err)
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

// inTheError takes what nats.go would write to standard error by itself, as the
// server had it: a command says in its error why nothing came. A worker logs it instead.
func inTheError(*nats.Conn, *nats.Subscription, error) {}

func (f *NATSFlags) check() error {
	if f.Context != "" && f.NATSURL != "" {
		return shell.Usagef("--context and --nats-url both name a server: give one of them, and look at $CTX_CONTEXT and $CTX_NATS_URL too")
	}
	if f.Creds != "" && f.NKey != "" {
		return shell.Usagef("--creds and --nkey both name a user: give one of them")
	}
	if (f.TLSCert == "") != (f.TLSKey == "") {
		return shell.Usagef("--tls-cert and --tls-key belong together: give both or neither")
	}
	if strings.Trim(strings.ReplaceAll(hosts(f.url()), noHost, ""), ", ") == "" { // the NATS client would wait for it as for a server that is down
		return shell.Usagef("--nats-url names no server: give URLs such as %s, divided by commas", DefaultURL)
	}
	if scheme := foreignScheme(f.url()); scheme != "" {
		return shell.Usagef("--nats-url: a URL begins with %s://: use nats://, tls://, ws:// or wss://", scheme)
	}
	if err := f.checkNames(); err != nil {
		return err
	}
	for _, file := range []struct{ flag, path string }{
		{"--creds", f.Creds}, {"--nkey", f.NKey}, {"--tls-ca", f.TLSCA}, {"--tls-cert", f.TLSCert}, {"--tls-key", f.TLSKey},
	} {
		if err := files.Readable(file.path); err != nil {
			return fmt.Errorf("%s: %w", file.flag, err)
		}
	}
	return nil
}

// checkNames refuses, before anything is connected to, names under which
// nothing could be asked: behind a server that is down they would show late,
// and a worker's wrong audience not at all, but as signatures that are all wrong.
func (f *NATSFlags) checkNames() error {
	subjects, err := messages.NewSubjects(f.Prefix)
	if err != nil {
		return wrongFlag("--prefix", err)
	}
	if err := envelope.CheckAudience(f.Audience); err != nil {
		return wrongFlag("--audience", err)
	}
	if f.Inbox == "" {
		return nil
	}
	if err := envelope.CheckInboxPrefix(f.Inbox); err != nil {
		return wrongFlag("--inbox-prefix", err)
	}
	if subjects.Own(f.Inbox) {
		return shell.Usagef("--inbox-prefix: %s is among the service's own subjects, %s.>: use another", f.Inbox, subjects.Prefix())
	}
	return nil
}

// wrongFlag is the wrong usage that err tells of.
func wrongFlag(flag string, err error) error {
	return shell.Usagef("%s: %w", flag, shell.Plainly(err))
}
