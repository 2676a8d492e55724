package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// interruptible gives a context that the first SIGINT or SIGTERM ends, so that
// work can drain. Another one exits at once. The returned function gives
// the signals back and waits for the watcher.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	released, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		watchSignals(signals, released, time.Now, cancel, os.Exit)
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(released)
		<-watched
		cancel()
	}
}

// echo is for how long after the first signal another one is taken for the same:
// timeout, and others that stop a program, signal it and then the group that it is in.
const echo = 100 * time.Millisecond

func watchSignals(signals <-chan os.Signal, released <-chan struct{}, now func() time.Time, cancel func(), exit func(int)) {
	select {
	case <-signals:
		cancel()
	case <-released:
		return
	}
	for first := now(); ; {
		select {
		case <-signals:
			if now().Sub(first) >= echo {
				exit(exitHurried)
				return
			}
		case <-released:
			return
		}
	}
}
