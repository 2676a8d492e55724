package worker

import "github.com/context-manager/context-manager/messages/envelope"

// A checkpoint is a place in the life of a job where tests stop a worker, to
// see that what it had begun is finished by another.
type checkpoint string

const (
	beforeVerify checkpoint = "verify" // the request is not known yet
	beforeSplit  checkpoint = "split"  // of a bundle
	afterLedger  checkpoint = "ledger"
	afterEffect  checkpoint = "effect"
	beforeReply  checkpoint = "answer" // and after a dead letter was written
	afterReply   checkpoint = "reply"  // and before it is settled
)

// reach calls the test's hook, if there is one.
func (w *Worker) reach(c checkpoint, v envelope.Verified) {
	if w.atCheckpoint != nil {
		w.atCheckpoint(c, v)
	}
}
