package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible gives a context that the first SIGINT or SIGTERM ends, so that
// work can drain. The second one exits at once. The returned function gives
// the signals back and waits for the watcher.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	released, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		watchSignals(signals, released, cancel, os.Exit)
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(released)
		<-watched
		cancel()
	}
}

func watchSignals(signals <-chan os.Signal, released <-chan struct{}, cancel func(), exit func(int)) {
	select {
	case <-signals:
		cancel()
	case <-released:
		return
	}
	select {
	case <-signals:
		exit(exitHurried)
	case <-released:
	}
}
