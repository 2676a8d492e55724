// Package imports stores conversations from files: chats a message a line,
// conversation files, and exports of list. It reads a file whole and gives every
// item an id that follows from what it says, so that importing it again adds
// nothing twice.
package imports

import (
	"context"
	"fmt"
	"io"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// Command stores files of conversations.
type Command struct {
	Session string         `short:"s" group:"about" placeholder:"ID" help:"Session of what the files name none for. Default: the conversation's name, or the file's without its ending."`
	User    string         `short:"u" group:"about" placeholder:"ID" help:"User of what the files name none for. long_term items need one."`
	Level   messages.Level `group:"about" enum:"immediate,short_term,long_term" default:"short_term" help:"Level of what the files name none for: immediate, short_term or long_term."`
	File    []string       `arg:"" help:"JSON Lines of chat messages, exports of list, or conversation files; - for standard input."`
	connect.ClientFlags
}

// Help is shown by --help.
func (*Command) Help() string {
	return `Reads all files whole before it stores anything, and names the file and line of what it cannot read.
Importing a file again adds nothing twice: items that are stored already are left alone.

A file holds JSON Lines, a chat message a line:

    {"role": "user", "content": "Hello", "name": "Ines", "time": "2026-03-02T18:04:00Z"}

Content is text or an array of text parts. Optional fields: name, time (RFC 3339, unix seconds or milliseconds),
session, user, level, id, group, pinned, importance, accesses, expires, language, metadata, tool_calls, tool_call_id.
A tool's call and its result come together or not at all.

Or it holds one conversation, which becomes the session of its name:

    {"name": "...", "turns": [{"id": "D1:1", "session": 1, "at": "2026-03-02T18:04:00Z", "speaker": "...", "text": "..."}]}

Or it is what "context-manager list --all --json" printed of a session or a user, which becomes what --session or --user
says: that is how to move one. The names of speakers, ids, times and vectors stay.

Examples:

    context-manager import chats/*.jsonl --user ines
    context-manager import support.jsonl --session ticket-81 --level immediate
    context-manager list --user ines --all --json | context-manager import - --user ines --prefix new`
}

// A fileRecords is a file that was read.
type fileRecords struct {
	path    string
	records []Record
}

// A summary is what an import did, for programs.
type summary struct {
	Files []fileReport `json:"files"`
	Tally
}

type fileReport struct {
	File string `json:"file"`
	Tally
}

// Run reads all files, and then stores them.
func (c *Command) Run(ctx context.Context, sh *shell.Shell) error {
	files, total, err := c.read(sh.In)
	if err != nil {
		return err
	}
	warnOfLimits(sh.Err, files)
	return c.With(ctx, sh, func(ctx context.Context, workers *client.Client) error {
		return c.storeAll(ctx, sh, workers, files, total)
	})
}

func (c *Command) read(in io.Reader) (files []fileRecords, total int, err error) {
	for _, path := range c.File {
		records, err := readRecords(path, in, Defaults{Session: c.Session, User: c.User, Level: c.Level})
		if err != nil {
			return nil, 0, fmt.Errorf("nothing was stored: %w", err)
		}
		files = append(files, fileRecords{path: shell.NameOf(path), records: records})
		total += len(records)
	}
	return files, total, nil
}

func (c *Command) storeAll(ctx context.Context, sh *shell.Shell, workers Client, files []fileRecords, total int) error {
	progress := shell.NewProgress(sh, total, "item")
	defer progress.End()
	var report summary
	for _, file := range files {
		progress.File(file.path)
		t, err := Store(ctx, workers, file.records, progress.Add)
		if err != nil {
			return fmt.Errorf("%s: %d of its %s are stored, then: %w; import it again to add the rest", file.path, t.total(), shell.Plural(len(file.records), "item"), err)
		}
		report.add(file.path, t)
	}
	progress.End()
	return c.show(sh, report)
}

func (r *summary) add(path string, t Tally) {
	r.Files = append(r.Files, fileReport{File: path, Tally: t})
	r.Added += t.Added
	r.Changed += t.Changed
	r.Unchanged += t.Unchanged
}

func (c *Command) show(sh *shell.Shell, r summary) error {
	if c.JSON {
		return sh.JSON(r)
	}
	for _, file := range r.Files {
		if _, err := fmt.Fprintf(sh.Out, "%s: %s\n", file.File, file.Tally); err != nil {
			return err
		}
	}
	if len(r.Files) == 1 {
		return nil
	}
	_, err := fmt.Fprintf(sh.Out, "all %d files: %s\n", len(r.Files), r.Tally)
	return err
}
