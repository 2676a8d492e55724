package worker

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// end settles the bundle, of which all requests have a result. What failed for
// good waits for those that come again, unless all expire before that.
func (b *jobBundle) end(work context.Context, suspect bool) {
	failed, again := b.those(bury), len(b.those(tryAgain)) > 0
	after := b.w.retry.after(b.attempts)
	if again && !suspect {
		b.remember(work, b.whole)
	}
	comesAgain := again && after < b.w.left(b.whole)
	if comesAgain || len(failed) > 0 && !b.giveUpOn(work, failed) {
		b.w.settle.retry(b.message, after)
		return
	}
	b.w.reach(afterReply, b.whole)
	if len(failed) > 0 && b.whole.Op().Changes() && b.unheard() == nil {
		b.noteLetter(work, b.whole, b.why(failed).Code)
	}
	if err := b.unheard(); err != nil {
		b.untold(err)
		return
	}
	b.settle(len(failed), again, after)
}

// unheard is why callers may not have been told: an answer could not be sent, or
// the connection was lost after it was.
func (b *jobBundle) unheard() error { return cmp.Or(b.answers.lost, b.answerLost(b.whole)) }

// settle ends the job.
func (b *jobBundle) settle(failed int, again bool, after time.Duration) {
	switch {
	case again: // when it is void, which is audited
		b.w.settle.retry(b.message, after)
	case failed == len(b.parts):
		b.w.settle.terminate(b.message, string(b.results[0].failure.Code))
	default:
		b.w.settle.done(b.message)
	}
}

// those are the requests of which that is to become.
func (b *jobBundle) those(v verdict) (those []part) {
	for _, p := range b.parts {
		if b.results[p.place].verdict == v {
			those = append(those, p)
		}
	}
	return those
}

// giveUpOn ends requests that are not done, as it does a job of one, and tells their callers.
func (b *jobBundle) giveUpOn(work context.Context, failed []part) bool {
	for _, p := range failed {
		failure := b.results[p.place].failure
		if p.Op().Changes() {
			b.w.audit.performed(work, p.Verified, &b.each[p.place].trace, failure)
		} else {
			b.w.audit.notDone(work, p.Verified, failure)
		}
	}
	if b.whole.Op().Changes() && !b.writeLetter(work, b.whole, b.why(failed), b.places(failed)) {
		return false
	}
	b.w.reach(beforeReply, b.whole)
	b.answers.mu.Lock()
	defer b.answers.mu.Unlock()
	for _, p := range failed {
		b.answers.add(p, nil, b.results[p.place].failure)
	}
	b.answers.flush()
	return true
}

// places are those of the requests that failed, none if all did.
func (b *jobBundle) places(failed []part) (places []string) {
	if len(failed) == len(b.parts) {
		return nil
	}
	for _, p := range failed {
		places = append(places, strconv.Itoa(p.place))
	}
	return places
}

// why is what a letter says of requests that failed: the code of the first of them.
func (b *jobBundle) why(failed []part) *messages.Error {
	first := b.results[failed[0].place].failure
	var all strings.Builder
	for n, p := range failed {
		if n > 0 {
			all.WriteString("; ")
		}
		fmt.Fprintf(&all, "at %d: %s", p.place, b.results[p.place].failure.Message)
	}
	return messages.Errorf(first.Code, "%s", all.String())
}
