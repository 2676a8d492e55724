package messages

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// An AuditEvent is what a worker records of one request: who asked for what,
// and how it was judged; or what an operator did with a dead letter. It holds ids and codes, never item text and never a
// secret. A message on Subjects.Audit, kept in the audit stream, holds one or
// more as JSON, a line each: see AppendAudit and ReadAudit.
type AuditEvent struct {
	// At is when the worker judged, unix milliseconds.
	At int64 `json:"at"`
	// Worker is the id of the worker that judged.
	Worker string `json:"worker,omitempty"`
	// Kind is what happened: AuditPerformed, AuditRefused, or another word
	// that the recording part of a worker defines.
	Kind string `json:"kind"`
	// Lane, Tenant and Op are of the subject, empty if it named none.
	Lane   Lane   `json:"lane,omitempty"`
	Tenant string `json:"tenant,omitempty"`
	Op     Op     `json:"op,omitempty"`
	// KeyID and ID are of the envelope: claims, unless Proved.
	KeyID string `json:"key,omitempty"`
	ID    string `json:"id,omitempty"`
	// Proved tells whether the signature was right.
	Proved bool `json:"proved"`
	// Code is the error code that the caller got, empty if the request was done.
	Code Code `json:"code,omitempty"`
	// Reason is finer than Code: one of the Reason constants of package envelope, or a few words.
	Reason string `json:"reason,omitempty"`
	// Owner is whom a change was made to: "session:<id>" or "user:<id>", or both
	// with a space between. Ids are escaped as in subjects: see Unescape.
	Owner string `json:"owner,omitempty"`
	// Revision is the stream sequence of a change, 0 if nothing changed.
	Revision uint64 `json:"revision,omitempty"`
	// Was is the request id that a dead letter had before ID, with AuditReplayed.
	Was string `json:"was,omitempty"`
	// Suppressed counts events like this one that were left out before it,
	// because there were too many.
	Suppressed uint64 `json:"suppressed,omitempty"`
}

// The kinds of AuditEvent.
const (
	AuditPerformed = "performed" // a verified request, done or failed
	AuditRefused   = "refused"   // a message that failed verification, or a replay
	AuditReplayed  = "replayed"  // an operator, whose key is named, submits a dead letter's job again
	AuditDropped   = "dropped"   // an operator, whose key is named, removes a dead letter
)

// AppendAudit appends an event to the body of an audit message.
func AppendAudit(body []byte, e AuditEvent) ([]byte, error) {
	line, err := json.Marshal(e)
	if err != nil {
		return body, fmt.Errorf("an audit event cannot be written: %w", err)
	}
	return append(append(body, line...), '\n'), nil
}

// ReadAudit reads the events of an audit message, in their order.
func ReadAudit(body []byte) ([]AuditEvent, error) {
	var events []AuditEvent
	for line := range bytes.Lines(body) {
		var e AuditEvent
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("event %d of an audit message cannot be read: %w", len(events), err)
		}
		events = append(events, e)
	}
	return events, nil
}
