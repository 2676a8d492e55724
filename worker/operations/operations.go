package operations

import (
	"context"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
	"github.com/context-manager/context-manager/worker/assemble"
)

// A Func does what a request asks for and returns its reply, which
// messages.AppendJSON can encode. An error without a code is a defect, or comes of
// the end of ctx. One that changes something does so at most once however often
// the same request comes: see change.
type Func func(ctx context.Context, r Request) (reply any, err error)

// operations do what requests ask for.
type operations struct {
	Deps
	framing assemble.Framing
	turns   *turns // of changes
}

// Table gives the operations by their names.
func Table(d Deps) map[messages.Op]Func {
	o := &operations{Deps: d, framing: d.Analyzer.Framing(), turns: newTurns()}
	return map[messages.Op]Func{
		messages.OpStore:    o.store,
		messages.OpAssemble: o.assemble,
		messages.OpList:     o.list,
		messages.OpUpdate:   o.update,
		messages.OpDelete:   o.delete,
		messages.OpClear:    o.clear,
		messages.OpPromote:  o.promote,
		messages.OpStats:    o.stats,
	}
}

// decode reads a request's body and judges it. *T must have Validate.
func decode[T any, P interface {
	*T
	Validate() error
}](r Request) (T, error) {
	body, err := messages.Decode[T](r.Body())
	if err != nil {
		return body, err
	}
	return body, P(&body).Validate()
}

// room is how many bytes of a message its subject and headers leave to the body.
func (o *operations) room() int { return int(o.MaxPayload()) - messages.MaxHeaderBytes }

// encodeSegment encodes entries, and refuses more than one message can carry.
func (o *operations) encodeSegment(entries []page.Entry) ([]byte, error) {
	segment := page.AppendSegment(nil, page.Segment{Entries: entries})
	if len(segment) > o.room() {
		return nil, messages.Errorf(messages.CodeTooLarge,
			"the items come to %d bytes when analysed, one message takes %d: send them in several requests", len(segment), o.room())
	}
	return segment, nil
}

// revisionOf puts a sequence where the owner's kind has its own.
func revisionOf(o messages.Owner, seq uint64) messages.Revision {
	if o.Kind == messages.UserOwner {
		return messages.Revision{User: seq}
	}
	return messages.Revision{Session: seq}
}
