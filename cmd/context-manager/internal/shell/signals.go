package shell

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Hangups gives a channel that SIGHUP arrives on, and the function that ends it.
func Hangups() (<-chan os.Signal, func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals, func() { signal.Stop(signals) }
}

// UntilHangup gives a context that SIGHUP ends too: a terminal that is closed
// sends it. Whoever started the program with nohup wants it to stay.
func UntilHangup(parent context.Context) (context.Context, func()) {
	if signal.Ignored(syscall.SIGHUP) {
		return parent, func() {}
	}
	return signal.NotifyContext(parent, syscall.SIGHUP)
}

// SurvivePipes makes writing to a standard output that nobody reads any more
// an error, which can be cleaned up after, and not the end of the process. The
// function that it gives takes that back.
func SurvivePipes() (restore func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGPIPE)
	return func() { signal.Stop(signals) }
}

// UntilEOF gives a context that the end of in ends too: that of a pipe comes
// when whoever holds its other end is gone, however that went. What reads in
// goes on until then and is not waited for: no context ends a read.
func UntilEOF(parent context.Context, in io.Reader) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		_, _ = io.Copy(io.Discard, in) // whatever ends it
		cancel()
	}()
	return ctx, cancel
}
