package main

import (
	"context"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// askCmd assembles a context.
type askCmd struct {
	ownerFlags
	filterFlags
	connect.ClientFlags
	Question string `arg:"" optional:"" help:"What the context is for; - reads it from standard input. Without a question the newest items are taken."`

	MaxTokens     int             `env:"CTX_MAX_TOKENS" default:"${maxtokens}" help:"Hard budget, in tokens, of everything in the context."`
	ReserveTokens int             `default:"0" help:"Of the budget, keep so many free for the prompt around it."`
	MaxItems      int             `default:"0" help:"Take no more items than this. 0: as many as fit."`
	Format        messages.Format `enum:"items,text,openai,anthropic" default:"text" help:"Form of the context: items, text, openai or anthropic."`
	Shares        *sharesFlag     `placeholder:"I,S,L" help:"Shares of the budget for immediate, short_term and long_term, such as 0.3,0.4,0.3."`
	Explain       bool            `help:"Say of each candidate why it is in or out."`
	Now           shell.Moment    `placeholder:"TIME" help:"What 'yesterday' in the question is relative to. Default: now."`
	HalfLife      time.Duration   `help:"Age that halves an item's score, such as 72h. Default: age does not count."`
	MaxStale      time.Duration   `help:"Take a cached answer up to this old. Default: a fresh one."`
}

// Help is shown by --help.
func (*askCmd) Help() string {
	return `Prints the context on standard output, and what it cost on standard error.

Examples:

    context-manager ask "What did the mechanic say?" --session move-2026 --user ines
    context-manager ask "Which paint may I use?" --user ines --max-tokens 300 --explain
    context-manager ask "What is next?" --session move-2026 --format openai --json | jq .messages
    context-manager ask --session move-2026 --max-items 10`
}

// Run asks for the context.
func (c *askCmd) Run(ctx context.Context, sh *shell.Shell) error {
	if err := c.some(); err != nil {
		return err
	}
	if c.HalfLife != 0 && c.HalfLife < time.Millisecond { // which would be none
		return shell.Usagef("%w", shell.AtLeast("--half-life", c.HalfLife, time.Millisecond))
	}
	var err error
	if c.Question, err = sh.Text(c.Question); err != nil {
		return err
	}
	request := c.request()
	if err := shell.Refused(request.Validate()); err != nil {
		return err
	}
	return connect.Ask(ctx, sh, &c.ClientFlags, (*client.Client).Assemble, request, showContext)
}

func (c *askCmd) request() messages.AssembleRequest {
	return messages.AssembleRequest{
		Session: c.Session, User: c.User, Query: c.Question,
		MaxTokens: c.MaxTokens, ReserveTokens: c.ReserveTokens, MaxItems: c.MaxItems, Format: c.Format,
		Shares: c.Shares.shares(), Filter: c.filter(), Explain: c.Explain, Now: int64(c.Now),
		HalfLifeMS: c.HalfLife.Milliseconds(), MaxStaleMS: c.MaxStale.Milliseconds(),
	}
}
