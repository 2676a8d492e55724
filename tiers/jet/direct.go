package jet

import (
	"strconv"
	"strings"
	"sync"
)

// A Direct asks one stream for messages by batched direct gets, which any
// replica answers as far as it is. Of each subject the newest message is given.
// It is safe for concurrent use.
type Direct struct {
	mux         *Mux
	subject     string
	answerBytes int
	shared      interface{ Add(float64) }
	bodies      sync.Pool // *[]byte
	convoy      convoy
}

// DirectGet is what the subject begins with on which a stream is asked, before
// the stream's name.
const DirectGet = "$JS.API.DIRECT.GET."

// NewDirect gives direct gets of the stream that answers on a subject. An answer
// carries about so many bytes, and what is more comes in several. What shares a
// request with others is counted in shared.
func NewDirect(mux *Mux, subject string, answerBytes int, shared interface{ Add(float64) }) *Direct {
	d := &Direct{mux: mux, subject: subject, answerBytes: answerBytes, shared: shared}
	d.bodies.New = func() any { b := make([]byte, 0, 512); return &b }
	d.convoy.direct = d
	return d
}

// Ask asks for what is under a wildcard from a sequence on, and as it was up to
// another; 0 is any. The server answers ErrTooMany to more than 1,024
// subjects: see Walk. ErrBusy: nothing was sent.
func (d *Direct) Ask(wildcard string, from, upTo uint64) (*Call, error) {
	body := d.bodies.Get().(*[]byte)
	defer d.bodies.Put(body)
	*body = d.appendMultiLast((*body)[:0], wildcard, from, upTo)
	return d.mux.send(d.subject, *body, false)
}

// Share is Ask from a sequence on, which is not 0, in a request that others may
// share. The answer is as fresh as one of its own, if Wait does not tell ErrAlone.
func (d *Direct) Share(wildcard string, from uint64) (*Call, error) {
	return d.convoy.ask(wildcard, from)
}

// Walk asks the same as Ask where there are more subjects than that allows. The
// server walks the stream for it, so it may take milliseconds. At the end of
// the stream the answer is an error that is NothingNext.
func (d *Direct) Walk(wildcard string, from uint64) (*Call, error) {
	return d.mux.send(d.subject, d.appendNextBySubject(nil, wildcard, from), false)
}

// Under tells whether a subject is under a wildcard, whose last token is ">".
func Under(wildcard, subject string) bool {
	return strings.HasPrefix(subject, wildcard[:len(wildcard)-1])
}

// appendMultiLast writes the request of Ask. Subjects hold no byte that JSON
// would escape.
func (d *Direct) appendMultiLast(dst []byte, wildcard string, from, upTo uint64) []byte {
	dst = append(dst, `{"multi_last":["`...)
	dst = append(dst, wildcard...)
	dst = append(dst, `"]`...)
	if from > 0 {
		dst = strconv.AppendUint(append(dst, `,"seq":`...), from, 10)
	}
	if upTo > 0 {
		dst = strconv.AppendUint(append(dst, `,"up_to_seq":`...), upTo, 10)
	}
	if from == 0 || upTo > 0 {
		dst = d.appendLimit(dst)
	}
	return append(dst, '}')
}

func (d *Direct) appendLimit(dst []byte) []byte {
	return strconv.AppendInt(append(dst, `,"max_bytes":`...), int64(d.answerBytes), 10)
}

// appendNextBySubject writes the request of Walk.
func (d *Direct) appendNextBySubject(dst []byte, wildcard string, from uint64) []byte {
	dst = append(dst, `{"batch":1000000,"next_by_subj":"`...)
	dst = append(dst, wildcard...)
	dst = strconv.AppendUint(append(dst, `","seq":`...), max(1, from), 10)
	return append(d.appendLimit(dst), '}')
}
