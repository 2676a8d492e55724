package messages

import (
	"errors"
	"strconv"

	"github.com/context-manager/context-manager/messages/plainjson"
)

// A PartReply answers one request of a bundle.
type PartReply struct {
	Place  int    // of the request in its bundle, counted from 0
	Status int    // what Ctx-Status would be of a reply to it alone
	Body   []byte // JSON: the operation's reply, or the error
}

// PartReplies write the body of a reply to a bundle. It answers all of the
// bundle's requests, or those that are done: a request that takes long holds up
// no other, so a bundle may have several replies, each signed, with status 200.
//
//	{"replies":[{"place":0,"status":200,"body":{…}},{"place":3,"status":409,"body":{…}}]}
type PartReplies struct{ b []byte }

// partReplyBytes is the most that a PartReply has beside its body.
const partReplyBytes = 64

// Into has what is added next written into memory that may be overwritten, if there is nothing yet.
func (p *PartReplies) Into(memory []byte) { p.b = memory[:0] }

// Add appends a reply.
func (p *PartReplies) Add(r PartReply) {
	before := `,{"place":`
	if len(p.b) == 0 {
		before = `{"replies":[{"place":`
	}
	p.b = strconv.AppendInt(append(p.b, before...), int64(r.Place), 10)
	p.b = strconv.AppendInt(append(p.b, `,"status":`...), int64(r.Status), 10)
	p.b = append(append(append(p.b, `,"body":`...), r.Body...), '}')
}

// Empty tells whether there is nothing to send.
func (p *PartReplies) Empty() bool { return len(p.b) == 0 }

// Room is how many bytes a reply's body may have that is added to so many that
// one message can carry.
func (p *PartReplies) Room(most int) int { return most - len(p.b) - partReplyBytes }

// Take returns the body of what was added, and leaves none.
func (p *PartReplies) Take() []byte {
	p.b = append(p.b, ']', '}')
	body := p.b
	p.b = nil
	return body
}

var errNoParts = errors.New("not the JSON of a reply to a bundle")

// ReadPartReplies reads the body of a verified reply to a bundle. Bodies are
// parts of it. Fields that a newer worker added are passed over.
func ReadPartReplies(body []byte) ([]PartReply, error) {
	var replies []PartReply
	r := plainjson.NewReader(body)
	for name := r.Field(true); name != nil; name = r.Field(false) {
		if string(name) != "replies" {
			r.Pass()
			continue
		}
		for r.Element(len(replies) == 0) {
			replies = append(replies, readPartReply(&r))
		}
	}
	if !r.Ended() {
		return nil, errNoParts
	}
	return replies, nil
}

func readPartReply(r *plainjson.Reader) (out PartReply) {
	out.Place = -1 // if it does not say whose it is, nobody's
	for name := r.Field(true); name != nil; name = r.Field(false) {
		switch string(name) {
		case "place":
			out.Place = r.Count()
		case "status":
			out.Status = r.Count()
		case "body":
			out.Body = r.Object()
		default:
			r.Pass()
		}
	}
	return out
}
