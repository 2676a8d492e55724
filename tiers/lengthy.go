package tiers

import (
	"errors"
	"fmt"

	"github.com/context-manager/context-manager/tiers/jet"
)

// What one owner has may be more than comes in the time of a read. That says
// nothing about the tier, which was answering: if it counted, one owner's size
// would have the tier left alone for everybody.

// errLengthy means that an answer had begun when its time was up.
var errLengthy = fmt.Errorf("what there is of this owner did not come in time: %w", jet.ErrTimeout)

// lengthy is the error of what follows an answer that has come.
func lengthy(err error) error {
	if errors.Is(err, jet.ErrTimeout) {
		return errLengthy
	}
	return err
}
