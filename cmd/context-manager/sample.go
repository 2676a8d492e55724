package main

import (
	"embed"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/imports"
	"github.com/context-manager/context-manager/messages"
)

// What the sample is about: a week in which Ines looks for a workshop, has
// her van repaired and plans a table, with what is known about her from before.
const (
	sampleSession = "workshop-move"
	sampleUser    = "ines"
	sampleNow     = 1_773_048_000_000 // 2026-03-09 09:20 UTC, just after the last turn
)

//go:embed sample/*.jsonl
var sampleFiles embed.FS

// sampleRecords reads the sample as import reads any file.
func sampleRecords() ([]imports.Record, error) {
	var all []imports.Record
	for _, path := range []string{"sample/profile.jsonl", "sample/conversation.jsonl"} {
		data, err := sampleFiles.ReadFile(path)
		if err != nil {
			return nil, err
		}
		records, err := imports.Parse(path, data, imports.Defaults{Level: messages.ShortTerm})
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
	}
	return all, nil
}

// sampleQuestions each need something else: turns of days ago, a fact about
// the user beside what was said, and a tool's result.
func sampleQuestions() []string {
	return []string{
		"What did the garage find wrong with the van, and what does the repair cost?",
		"Which finish may I use on Marta's wedding table, given my allergy?",
		"When is my appointment at the town hall, and which documents must I bring?",
	}
}
