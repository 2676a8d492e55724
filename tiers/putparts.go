package tiers

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
	"github.com/context-manager/context-manager/tiers/page"
)

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
		if most := t.nc.MaxPayload(); int64(len(data)) > most {
			return fmt.Errorf("a merged segment of %d bytes, where max_payload is %d: %w", len(data), most, nats.ErrMaxPayload)
		}
	}
	return nil
}

// sizeOfParts is how many bytes parts have together.
func sizeOfParts(parts [][]byte) int {
	size := 0
	for _, data := range parts {
		size += len(data)
	}
	return size
}
