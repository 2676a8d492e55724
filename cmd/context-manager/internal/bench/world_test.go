package bench

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// Whatever names the server and the user to a bench names them to its children.
func TestAChildConnectsAsItsBenchDoes(t *testing.T) {
	t.Parallel()
	w := &world{}
	flags := reflect.ValueOf(&w.flags).Elem()
	for i := range flags.NumField() {
		flags.Field(i).SetString("/" + flags.Type().Field(i).Name) // which a path is, too
	}
	var child struct{ connect.NATSFlags }
	given := shell.NewEnvironment(environment(shell.Environment{"CTX_NATS_URL": "nats://another"}, w.flags.NATSURL))
	parser, err := kong.New(&child, append(given.Options(), kong.Vars{"natsurl": ""})...)
	if err != nil {
		t.Fatal(err)
	}
	args := w.args(w.flags.Prefix)
	if _, err := parser.Parse(args); err != nil || child.NATSFlags != w.flags {
		t.Errorf("a child of %+v has %+v, %v", w.flags, child.NATSFlags, err)
	}
	if slices.Contains(args, w.flags.NATSURL) {
		t.Errorf("all users of the machine can read the URL, and the password in it: %q", args)
	}
}

// What an interrupt made fail is not why a bench ended: it was interrupted.
func TestAnInterruptedBenchSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	failed := errors.New("a worker is gone")
	if err := ended(ctx, failed); !errors.Is(err, failed) {
		t.Errorf("before the interrupt: %v", err)
	}
	cancel()
	if err := ended(ctx, failed); !errors.Is(err, context.Canceled) || errors.Is(err, failed) {
		t.Errorf("after it: %v", err)
	}
	if err := ended(ctx, nil); err != nil {
		t.Errorf("one that was done: %v", err)
	}
}
