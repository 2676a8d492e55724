package bench

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/keys"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/local"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages/client"
	"github.com/context-manager/context-manager/tiers/natsd"
)

// connections is over how many connections the callers are spread, bare ones and clients alike.
const connections = 4

// A world is what is measured: a server, a worker, one without a cache,
// and a bare echo, with clients for each.
type world struct {
	flags    connect.NATSFlags // of the server, with the prefix of the bench
	cold     string            // prefix of the worker without cache
	dir      string
	state    *local.State
	server   *natsd.Server // nil if one was given
	worker   *process
	uncached *process // the worker without a cache
	others   []*process
	conns    []*nats.Conn
	clients  []*client.Client
	colds    []*client.Client
}

// newWorld starts everything. What it started is stopped by close, also after an error.
func newWorld(ctx context.Context, c *Command, sh *shell.Shell) (*world, error) {
	w := &world{flags: c.NATSFlags}
	if err := w.open(ctx, c, sh); err != nil {
		return nil, errors.Join(ended(ctx, err), w.close())
	}
	return w, nil
}

func (w *world) open(ctx context.Context, c *Command, sh *shell.Shell) (err error) {
	if w.dir, err = os.MkdirTemp("", folderPrefix); err != nil {
		return err
	}
	if w.state, err = local.Open(w.dir); err != nil {
		return err
	}
	key, _, err := w.state.Key()
	if err != nil {
		return err
	}
	if err := w.useServer(); err != nil {
		return err
	}
	if err := w.connectAll(); err != nil { // before children, who would try for a minute
		return err
	}
	random, err := keys.NewID("bench")
	if err != nil {
		return err
	}
	w.settle(w.flags.Prefix + "." + random)
	if err := w.leaveNote(); err != nil {
		return err
	}
	if err := w.startChildren(ctx, sh, c.L1); err != nil {
		return err
	}
	return w.makeClients(key, sh, c.Bundle)
}

// settle has all be under a prefix of the bench's own, which begins with the deployment's.
func (w *world) settle(prefix string) { w.flags.Prefix, w.cold = prefix, prefix+"-cold" }

// useServer starts a server unless one was named.
func (w *world) useServer() (err error) {
	if serverIsNamed(&w.flags) {
		return nil
	}
	if w.server, err = w.state.StartServer(0); err != nil {
		return err
	}
	w.flags.NATSURL = w.server.URL()
	return nil
}

func serverIsNamed(f *connect.NATSFlags) bool { return f.NATSURL != "" || f.Context != "" }

func (w *world) startChildren(ctx context.Context, sh *shell.Shell, l1 shell.Megabytes) (err error) {
	if w.worker, err = w.startWorker(ctx, sh, w.flags.Prefix, l1); err != nil {
		return err
	}
	if w.uncached, err = w.startWorker(ctx, sh, w.cold, 0); err != nil {
		return err
	}
	w.others = append(w.others, w.uncached)
	echo, err := startChild(ctx, sh, w.flags.NATSURL, append([]string{"bench-echo"}, w.args(w.flags.Prefix)...)...)
	if err != nil {
		return err
	}
	w.others = append(w.others, echo)
	return nil
}

func (w *world) startWorker(ctx context.Context, sh *shell.Shell, prefix string, l1 shell.Megabytes) (*process, error) {
	args := []string{"worker", "--until-eof", "--keys-file", w.state.Ring(), "--http", "127.0.0.1:0", "--l1", fmt.Sprint(int(l1)), "--log-level", readyLevel}
	args = append(args, w.args(prefix)...)
	return startChild(ctx, sh, w.flags.NATSURL, args...)
}

// args are the flags by which a child connects as this process does, but for the URL.
func (w *world) args(prefix string) []string {
	args := []string{"--prefix", prefix, "--audience", w.flags.Audience}
	for flag, value := range map[string]string{
		"--context": w.flags.Context, "--creds": w.flags.Creds, "--nkey": w.flags.NKey,
		"--tls-ca": w.flags.TLSCA, "--tls-cert": w.flags.TLSCert, "--tls-key": w.flags.TLSKey, "--inbox-prefix": w.flags.Inbox,
	} {
		if value != "" {
			args = append(args, flag, value)
		}
	}
	return args
}

func (w *world) connectAll() error {
	for range connections {
		nc, err := w.flags.Connect(nats.Name(shell.Program + " bench"))
		if err != nil {
			return err
		}
		w.conns = append(w.conns, nc)
	}
	return nil
}

// makeClients makes two clients of each connection, one for each worker.
func (w *world) makeClients(key keys.Key, sh *shell.Shell, bundle int) error {
	for _, nc := range w.conns {
		warm, err := newClient(nc, key, w.flags.Audience, w.flags.Prefix, bundle, sh)
		if err != nil {
			return err
		}
		w.clients = append(w.clients, warm)
		cold, err := newClient(nc, key, w.flags.Audience, w.cold, bundle, sh)
		if err != nil {
			return err
		}
		w.colds = append(w.colds, cold)
	}
	return nil
}

func newClient(nc *nats.Conn, key keys.Key, audience, prefix string, bundle int, sh *shell.Shell) (*client.Client, error) {
	return client.New(nc, client.Options{
		Tenant: key.Tenant, KeyID: key.ID, Secret: key.Secret, Audience: audience, Prefix: prefix, Bundle: bundle, Clock: sh.Now,
	})
}

// close stops everything that was started, and removes what it made.
func (w *world) close() error {
	for _, c := range append(w.clients, w.colds...) {
		c.Close()
	}
	for _, child := range append(w.others, w.worker) {
		if child != nil {
			child.stop()
		}
	}
	var err error
	if w.server == nil && w.cold != "" { // children may have made something before they failed
		err = w.removeStreams()
	}
	for _, nc := range w.conns {
		nc.Close()
	}
	if w.server != nil {
		w.server.Shutdown()
	}
	if w.state != nil {
		w.state.Close()
	}
	if w.dir != "" {
		err = errors.Join(err, os.RemoveAll(w.dir))
	}
	return err
}
