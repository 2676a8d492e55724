// Command thesaurus makes the table of worker/analyze/thesaurus from word
// vectors in the text form of GloVe: a line a word, the commonest first, the
// word and its numbers with spaces between. It is run by hand, when the
// vectors, the stemmer or the forms of words change:
//
//	go run ./cmd/thesaurus glove.6B.100d.txt worker/analyze/thesaurus/english.bin
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/context-manager/context-manager/worker/analyze"
	"github.com/context-manager/context-manager/worker/assemble"
)

const (
	readWords = 100_000 // of the vectors: rarer ones say little of what is common
	keptWords = 40_000  // stems of the table
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "thesaurus:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want the file of vectors and the file to write, got %d arguments", len(args))
	}
	a, err := analyze.New()
	if err != nil {
		return err
	}
	f, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	table, err := makeTable(bufio.NewReaderSize(f, 1<<20), stemOf(a))
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return os.WriteFile(args[1], table, 0o644)
}

func makeTable(r io.Reader, stem func(word string) (uint32, bool)) ([]byte, error) {
	stems, err := readVectors(r, stem, readWords)
	if err != nil {
		return nil, err
	}
	unbias(stems)
	stems = stems[:min(len(stems), keptWords)]
	return encode(stems, nearest(stems)), nil
}

// stemOf tells the hash of a word's stem, as a question has it. Words that say
// nothing, or only when or in what form, have no place in the table.
func stemOf(a *analyze.Analyzer) func(word string) (uint32, bool) {
	return func(word string) (uint32, bool) {
		q := a.Query(word, "en", time.Time{})
		if len(q.Terms) != 1 || q.Terms[0].Class != assemble.Content {
			return 0, false
		}
		return q.Terms[0].Hash, true
	}
}
