package connect

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/natscontext"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// byContext connects as a context of the nats tool says.
func (f *NATSFlags) byContext(opts []nats.Option) (*nats.Conn, error) {
	nc, settings, err := natscontext.Connect(f.Context, opts...)
	if err != nil {
		return nil, err
	}
	if err := atHome(nc, settings); err != nil {
		nc.Close()
		return nil, err
	}
	return nc, nil
}

// askHome is how long the server may take to say whose JetStream it has.
const askHome = 2 * time.Second

// atHome refuses a context whose JetStream is not that of the server it connects
// to: what is stored would lie in the latter, where nobody looks for it. A caller
// may be in an account without JetStream, and needs none.
func atHome(nc *nats.Conn, settings natscontext.Settings) error {
	if settings.JSDomain == "" && settings.JSAPIPrefix == "" {
		return nil
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(context.Background(), askHome)
	defer cancel()
	here, err := js.AccountInfo(limited)
	if err != nil || settings.JSAPIPrefix == "" && here.Domain == settings.JSDomain {
		return nil
	}
	return shell.Usagef("its JetStream is elsewhere (domain %q, prefix %q), and this server has its own (domain %q): use a context of a server there",
		settings.JSDomain, settings.JSAPIPrefix, here.Domain)
}
