package tiers

import (
	"errors"

	"github.com/context-manager/context-manager/tiers/jet"
)

// What one owner has may be more than comes in the time of a read. That says
// nothing about the tier, which was answering: if it counted, one owner's size
// would have the tier left alone for everybody.

// lengthy is the error of what follows an answer that has come.
func lengthy(err error) error {
	if errors.Is(err, jet.ErrTimeout) {
		return jet.ErrLengthy
	}
	return err
}
