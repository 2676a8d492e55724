package worker

// A checkpoint is a place in the life of a job where tests stop a worker, to
// see that what it had begun is finished by another.
type checkpoint string

const (
	afterLedger checkpoint = "ledger"
	afterEffect checkpoint = "effect"
	afterReply  checkpoint = "reply"
)

// reach calls the test's hook, if there is one.
func (w *Worker) reach(c checkpoint) {
	if w.atCheckpoint != nil {
		w.atCheckpoint(c)
	}
}
