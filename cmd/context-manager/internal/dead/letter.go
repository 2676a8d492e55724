package dead

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker"
)

// A letter is a job that failed for good, and what its worker wrote down of it.
type letter struct {
	Seq      uint64        `json:"seq"`    // in the stream of dead letters
	Buried   int64         `json:"buried"` // unix ms
	Tenant   string        `json:"tenant"`
	Op       messages.Op   `json:"op"`
	Subject  string        `json:"subject"` // where it was published, on the job lane
	Code     messages.Code `json:"code"`
	Reason   string        `json:"reason"`
	KeyID    string        `json:"key"`
	ID       string        `json:"id"`   // of the request
	Sent     int64         `json:"sent"` // when it was signed, unix ms
	Attempts uint64        `json:"attempts"`
	JobSeq   uint64        `json:"job_seq"` // in the stream of jobs
	Worker   string        `json:"worker"`
	Size     int           `json:"size"` // of the body, bytes

	Places   []int  `json:"places,omitempty"`   // of a bundle: of the requests that failed, from 0; the others were done
	Requests int    `json:"requests,omitempty"` // how many that bundle has; 0 where headers alone were read
	Unclear  string `json:"unclear,omitempty"`  // why it cannot be told which requests failed

	header nats.Header
	body   []byte // nil where headers alone were read
	failed []part // the requests at Places, once the letter is open
}

// letter reads what the headers say. What they do not say stays empty: a
// letter that cannot be understood can still be shown and dropped.
func (s *graveyard) letter(seq uint64, h nats.Header, body []byte, size int) *letter {
	h = maps.Clone(h)
	maps.DeleteFunc(h, func(name string, _ []string) bool { return strings.HasPrefix(name, "Nats-") }) // of the server's making
	l := &letter{
		Seq: seq, Size: size, header: h, body: body, Subject: h.Get(worker.DeadSubject),
		Code: messages.Code(h.Get(worker.DeadCode)), Reason: h.Get(worker.DeadError), Worker: h.Get(worker.DeadWorker),
		KeyID: h.Get(envelope.HeaderKey), ID: h.Get(envelope.HeaderID),
		Buried: int64(number(h, worker.DeadTime)), Sent: int64(number(h, envelope.HeaderTime)),
		Attempts: number(h, worker.DeadAttempts), JobSeq: number(h, worker.DeadSequence),
	}
	if lane, tenant, op, err := s.subjects.Parse(l.Subject); err == nil && lane == messages.LaneJob {
		l.Tenant, l.Op = tenant, op
	}
	places, err := readPlaces(h)
	if l.Places = places; err != nil {
		l.Unclear = err.Error()
	}
	return l
}

// number reads a header; 0 if it holds none. Times in milliseconds fit in 63 bits.
func number(h nats.Header, name string) uint64 {
	n, err := strconv.ParseUint(h.Get(name), 10, 63)
	if err != nil {
		return 0
	}
	return n
}

// sizeOf is the size that the server gives of a body it left out.
func sizeOf(h nats.Header) int { return int(number(h, nats.MsgSize)) }

// request is the headers of the job as it was published, without what its burial added.
func (l *letter) request() map[string][]string {
	h := maps.Clone(map[string][]string(l.header))
	maps.DeleteFunc(h, func(name string, _ []string) bool { return strings.HasPrefix(name, "Ctx-Dead-") })
	return h
}

// names lists the headers in order.
func (l *letter) names() []string { return slices.Sorted(maps.Keys(l.header)) }

// letterFilter keeps some of the letters.
type letterFilter struct {
	Tenant []string        `sep:"none" group:"about" placeholder:"NAME" help:"Only letters of this tenant. May be given again."`
	Op     []messages.Op   `group:"about" placeholder:"OPERATION" help:"Only letters of this operation, such as store. May be given again."`
	Code   []messages.Code `group:"about" placeholder:"CODE" help:"Only letters with this reason, such as bad_json. May be given again."`
	Key    []string        `group:"about" placeholder:"ID" help:"Only letters that this key signed. May be given again."`
	After  shell.Moment    `group:"about" placeholder:"TIME" help:"Only letters buried from this time on."`
	Before shell.Moment    `group:"about" placeholder:"TIME" help:"Only letters buried before this time."`
}

func (f *letterFilter) matches(l *letter) bool {
	return among(f.Tenant, l.Tenant) && among(f.Op, l.Op) && among(f.Code, l.Code) && among(f.Key, l.KeyID) &&
		l.Buried >= int64(f.After) && (f.Before == 0 || l.Buried < int64(f.Before))
}

// checkWords refuses words that no letter has: a slip would keep none, and look like none being there.
func (f *letterFilter) checkWords() error {
	for _, op := range f.Op {
		if !op.Known() {
			return fmt.Errorf("--op: %q is no operation: use some of %s", op, words(messages.Ops[:]))
		}
	}
	for _, code := range f.Code {
		if !slices.Contains(messages.Codes(), code) {
			return fmt.Errorf("--code: %q is no error code: use some of %s", code, words(messages.Codes()))
		}
	}
	return nil
}

func words[T ~string](values []T) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return strings.Join(list, ", ")
}

func (f *letterFilter) any() bool {
	return len(f.Tenant)+len(f.Op)+len(f.Code)+len(f.Key) > 0 || f.After != 0 || f.Before != 0
}

// among tells whether v is one of the wanted values; none wanted means all.
func among[T comparable](wanted []T, v T) bool { return len(wanted) == 0 || slices.Contains(wanted, v) }
