package tiers

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

// put publishes a segment of this worker's own, under a condition.
func (t *tier) put(ctx context.Context, wildcard, name string, data []byte, cond jet.Expected) (seq uint64, err error) {
	a := owning{tier: t, subject: segmentSubject(wildcard, name), data: data, cond: cond}
	return jet.Retry(ctx, t.cfg.Write.Backoff, func() (uint64, error) { return a.try(ctx) })
}

// An owning is the publish of a segment whose name nobody else uses.
type owning struct {
	tier    *tier
	subject string
	data    []byte
	cond    jet.Expected
	unclear bool
}

func (o *owning) try(ctx context.Context) (seq uint64, err error) {
	x := o.tier
	if err := x.moved(ctx); err != nil {
		return 0, err
	}
	seq, err = x.mux.Publish(ctx, &nats.Msg{Subject: o.subject, Data: o.data}, o.cond, 0, x.cfg.Write.Attempt)
	if err == nil {
		return seq, nil
	}
	if o.unclear && (jet.Conflicted(err) || jet.Full(err)) { // full is how the server calls a name that is taken, too
		if have, has := x.stream.Last(ctx, o.subject, x.cfg.Read.Attempt); has == nil {
			return have.Seq, nil // the earlier attempt was stored
		}
	}
	again := jet.Unanswered(err)
	o.unclear = o.unclear || again
	return 0, jet.PermanentIf(err, !again || jet.Full(err))
}

// putParts publishes the parts of a merge, each under a condition that may
// follow from the sequence of the one before, 0 for the first. The sources stay
// until all are there. What was written of parts that are not, holds nothing
// that the sources do not, and is taken back: a merge that fails again and again
// must not make the log longer.
func (t *tier) putParts(ctx context.Context, wildcard string, parts [][]byte, under func(before uint64) jet.Expected) error {
	if err := t.fitMessages(parts); err != nil {
		return err
	}
	var written []page.Stored
	var before uint64
	for _, data := range parts {
		name := ownName(mergedPrefix)
		seq, err := t.put(ctx, wildcard, name, data, under(before))
		if err != nil {
			return errors.Join(err, t.remove(ctx, wildcard, written))
		}
		written, before = append(written, page.Stored{Name: name, Seq: seq}), seq
	}
	return nil
}

// fitMessages refuses parts of which one is more than a message holds, before
// any is written.
func (t *tier) fitMessages(parts [][]byte) error {
	for _, data := range parts {
		if most := t.largest(); len(data) > most {
			return fmt.Errorf("a merged segment of %d bytes, where a message may have %d: %w", len(data), most, nats.ErrMaxPayload)
		}
	}
	return nil
}

// largest is how many bytes one message may have, its headers included: as many as
// the connection takes, or fewer if the bucket was given a limit of its own.
func (t *tier) largest() int {
	most := int(t.nc.MaxPayload())
	if own := int(t.lead.most.Load()); own > 0 {
		return min(most, own)
	}
	return most
}

// sizeOfParts is how many bytes parts have together.
func sizeOfParts(parts [][]byte) int {
	size := 0
	for _, data := range parts {
		size += len(data)
	}
	return size
}
