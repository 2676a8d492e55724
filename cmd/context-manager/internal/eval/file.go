package eval

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/imports"
	"github.com/context-manager/context-manager/messages"
)

// A question is one whose answer is known to stand in some turns.
type question struct {
	Question string          `json:"question"`
	Category json.RawMessage `json:"category"` // a number or a word
	Evidence []string        `json:"evidence"` // ids of turns
}

// category is the question's category as a key of a report.
func (q *question) category() string {
	var word string
	if json.Unmarshal(q.Category, &word) == nil {
		return word
	}
	return string(q.Category)
}

// A conversation is one with questions, as it is evaluated.
type conversation struct {
	path      string
	session   string
	records   []imports.Record
	questions []question // those with evidence
	strays    []string   // evidence that no turn is
	end       int64      // unix ms, when the questions are asked: just after the last turn
}

// parseConversation reads a conversation like an import, and its questions.
func parseConversation(path string, data []byte) (conversation, error) {
	var file struct {
		Name      string     `json:"name"`
		Questions []question `json:"questions"`
	}
	data, err := imports.Text(path, data)
	if err != nil {
		return conversation{}, err
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return conversation{}, fmt.Errorf("%s: %w", path, imports.InWords(err))
	}
	c := conversation{path: path, session: "eval/" + file.Name}
	records, err := imports.ParseConversation(path, data, imports.Defaults{Session: c.session, Level: messages.ShortTerm})
	if err != nil {
		return conversation{}, err
	}
	c.records = records
	c.take(file.Questions)
	if len(c.questions) == 0 {
		return conversation{}, fmt.Errorf("%s: no question with evidence in it", path)
	}
	for _, r := range records {
		c.end = max(c.end, r.Item.Time+1)
	}
	return c, nil
}

// take takes the questions with evidence, and notes what of it no turn is.
func (c *conversation) take(questions []question) {
	turns := make(map[string]bool, len(c.records))
	for _, r := range c.records {
		turns[r.Item.ID] = true
	}
	for i, q := range questions {
		if len(q.Evidence) == 0 {
			continue
		}
		c.questions = append(c.questions, q)
		for _, id := range q.Evidence {
			if !turns[id] {
				c.strays = append(c.strays, fmt.Sprintf("question %d, %q, has %q as evidence, which is no turn's id", i+1, q.Question, id))
			}
		}
	}
}

// warnOfStrays names evidence that can never be found: a typing error lowers
// the score, and is told. It is counted all the same, so that what is compared
// with figures of others is counted as theirs.
func warnOfStrays(w io.Writer, all []conversation) {
	for _, c := range all {
		for _, stray := range c.strays {
			_, _ = fmt.Fprintf(w, "warning: %s: %s: it counts as not found\n", c.path, stray)
		}
	}
}
