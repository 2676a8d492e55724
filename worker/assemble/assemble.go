package assemble

import (
	"sync"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/tiers/page"
)

// An Input is all that a context is made of. Request must have passed its
// Validate, which sets defaults.
type Input struct {
	Session, User page.Page
	Request       *messages.AssembleRequest
	// Query gives what is asked for, nil nothing. It is called at most once, and
	// only if something has to be left out or explained.
	Query   func() Query
	Framing Framing
	Now     int64 // unix ms
	// Memory is what the text format may render into, if it has the room: the
	// reply's text is then good for as long as nobody else writes there.
	Memory []byte
	// Done, if not nil, is closed when nobody waits any more: what is made then
	// is made without looking at all that there is, and is of no use.
	Done <-chan struct{}
}

// stopped tells whether nobody waits any more.
func (in *Input) stopped() bool {
	select {
	case <-in.Done:
		return true
	default:
		return false
	}
}

// Assemble makes a context. It sets all of the reply but Revision, Stale and
// Degraded. The reply's strings share memory with the pages, which nobody
// writes to; its Text may be in Input.Memory.
func Assemble(in Input) messages.AssembleReply {
	par := defaults()
	return assemble(&in, &par)
}

// A workspace is the memory of one assembly, used again by the next.
type workspace struct {
	corpus  corpus
	ranking ranking
	packer  packer
}

func assemble(in *Input, par *params) messages.AssembleReply {
	w := workspaces.Get().(*workspace)
	defer w.release()
	w.corpus.load(in, par)
	w.packer.begin(in, &w.corpus, &w.ranking)
	all := w.packer.takeAll()
	if !all || in.Request.Explain {
		w.ranking.rank(&w.corpus, in, par)
	}
	if !all {
		w.packer.pack()
	}
	reply := w.packer.reply()
	if in.Request.Explain {
		reply.Explain = w.packer.explain(par)
	}
	return reply
}

// workspaces holds memory and no state: a workspace is set up anew each time.
var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// release gives the workspace back, without what it refers to.
func (w *workspace) release() {
	w.corpus.session, w.corpus.user = page.Page{}, page.Page{}
	w.packer.in, w.packer.framing = nil, nil
	w.ranking.query = Query{}
	clear(w.ranking.words)
	w.ranking.table.forget()
	clear(w.packer.shown)
	workspaces.Put(w)
}
