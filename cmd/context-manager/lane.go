package main

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// changeFlags are what every command that changes something has.
type changeFlags struct {
	connect.ClientFlags
	Lane string `enum:"ask,job" default:"ask" help:"How to send it: 'ask' waits for a worker to do it, 'job' queues it in a stream and returns."`
	Wait bool   `help:"With --lane job: wait for the reply, as long as --timeout."`
}

// A change is one request of an operation that changes what is stored.
type change[Q, A any] struct {
	op    messages.Op
	check func(*Q) error // what no worker would take
	call  func(*client.Client, context.Context, Q) (A, error)
	show  func(*shell.Shell, A) error
}

// run sends the request on the lane that the flags name, and prints what came of it.
func (c change[Q, A]) run(ctx context.Context, sh *shell.Shell, f *changeFlags, request Q) error {
	if f.Wait && f.Lane == string(messages.LaneAsk) {
		return shell.Usagef("--wait goes with --lane job: the ask lane waits anyway")
	}
	if err := shell.Refused(c.check(&request)); err != nil {
		return err
	}
	if f.Lane == string(messages.LaneAsk) {
		return connect.Ask(ctx, sh, &f.ClientFlags, c.call, request, c.show)
	}
	return f.With(ctx, sh, func(ctx context.Context, workers *client.Client) error {
		return c.submit(ctx, sh, f, workers, request)
	})
}

func (c change[Q, A]) submit(ctx context.Context, sh *shell.Shell, f *changeFlags, workers *client.Client, request Q) error {
	ctx, cancel := context.WithTimeout(ctx, f.Timeout)
	defer cancel()
	if f.Wait {
		var reply A
		if err := workers.SubmitAndWait(ctx, c.op, &request, &reply); err != nil {
			return err
		}
		return connect.Present(sh, &f.ClientFlags, reply, c.show)
	}
	receipt, err := workers.Submit(ctx, c.op, &request)
	if err != nil {
		return err
	}
	return connect.Present(sh, &f.ClientFlags, receiptView{ID: receipt.ID, Seq: receipt.Seq}, showReceipt)
}

// A receiptView says where a job is.
type receiptView struct {
	ID  string `json:"id"`  // of the request
	Seq uint64 `json:"seq"` // its place in the stream
}

func showReceipt(sh *shell.Shell, r receiptView) error {
	_, err := fmt.Fprintf(sh.Out, "queued as request %s, at %d in the stream: a worker will do it, if the key may\n", r.ID, r.Seq)
	return err
}
