package worker

import (
	"context"
)

// A bundle that is suspect has a request that stops its workers, if it is to blame
// at all. The others are to be done all the same, and that one is to be known. So
// they are carried out one after the other, each as what is suspect is: alone.

// oneByOne carries out the requests one after the other.
func (b *jobBundle) oneByOne(work, ctx context.Context) {
	b.inTurn(work, ctx, b.parts, func(p part) result { return b.jobOf(p).alone(work, ctx, p.Verified) })
	b.answers.send()
}

// inTurn carries out requests one after the other. It begins with another one on
// each delivery, so that each of them is the last once: what takes all the time
// that there is leaves none to those behind it.
func (b *jobBundle) inTurn(work, ctx context.Context, line []part, do func(part) result) {
	b.w.crew.also(func() {
		for i := range line {
			p := line[(int(b.attempts)+i)%len(line)]
			if ctx.Err() != nil {
				b.note(work, p, b.jobOf(p).outOfTime(ctx, p.Verified))
				continue
			}
			b.note(work, p, do(p))
		}
	})
}
