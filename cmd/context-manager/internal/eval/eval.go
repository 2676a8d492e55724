// Package eval measures how much of what answers a question is in its context: it
// stores conversations whose answers are known, asks for their contexts as any
// caller would, and counts.
//
// Its tests are testdata/script/eval.txtar and eval_test.go of the program.
package eval

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// Command measures how much of what answers a question is in its context.
type Command struct {
	connect.ClientFlags
	Keep bool   `help:"Leave the sessions that the evaluation stored, to look into."`
	Dir  string `arg:"" type:"existingdir" help:"Folder of conversation files (*.json) with questions."`
}

// Help is shown by --help.
func (*Command) Help() string {
	return `Stores each conversation of the folder in a session of its own, asks each of its questions as any caller would,
and counts how many of the turns that hold the answer (the question's evidence) are in the context:
among the 5, 10, 25 and 50 best items, and within 256 to 4,096 tokens of text.

A conversation file is what "context-manager import" reads, with questions:

    {"name": "...", "turns": [...], "questions": [{"question": "...", "category": 1, "evidence": ["D1:3"]}]}

Its sessions are removed again, also where it is interrupted, unless they are to be kept (--keep). Times are whole
calls, from this process to a worker and back, one after another.

Example:

    context-manager eval conversations/ --json | jq .recall_in`
}

// Run evaluates all files of the folder.
func (c *Command) Run(ctx context.Context, sh *shell.Shell) error {
	conversations, err := readFolder(c.Dir)
	if err != nil {
		return err
	}
	warnOfStrays(sh.Err, conversations)
	return c.With(ctx, sh, func(ctx context.Context, workers *client.Client) error {
		report, err := c.evaluate(ctx, sh, workers, conversations)
		if err != nil {
			return err
		}
		return connect.Present(sh, &c.ClientFlags, report, show)
	})
}

// CleanUp is how long an evaluation may go on that is interrupted: it ends the
// store that it has begun, and removes its session.
func (c *Command) CleanUp() time.Duration { return 2 * min(c.Timeout, messages.MaxRequestLife) }

func (c *Command) evaluate(ctx context.Context, sh *shell.Shell, workers *client.Client, all []conversation) (results, error) {
	progress := shell.NewProgress(sh, countSteps(all), "step")
	defer progress.End()
	scores := newScores()
	for i := range all {
		progress.File(all[i].path)
		e := &evaluation{client: workers, conversation: &all[i], scores: scores, done: progress.Add}
		if err := e.run(ctx, c.Keep); err != nil {
			return results{}, fmt.Errorf("%s: %w", all[i].path, err)
		}
	}
	return scores.report(), nil
}

func countSteps(all []conversation) int {
	steps := 0
	for _, c := range all {
		steps += len(c.records) + len(c.questions)
	}
	return steps
}

// readFolder reads every conversation file of the folder, in the order of their names.
func readFolder(dir string) ([]conversation, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: no conversation files (*.json) in it", dir)
	}
	slices.Sort(paths)
	var all []conversation
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		c, err := parseConversation(path, data)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
