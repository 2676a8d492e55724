package keys

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages/envelope"
)

// retireCommand retires keys.
type retireCommand struct {
	ringFileFlag
	ID []string `arg:"" help:"Ids of the keys."`
}

// Help is shown by --help.
func (*retireCommand) Help() string {
	return `A retired key is refused like one that never was, but the audit goes on naming it.
Its secrets are removed from the ring. Running workers take the change up by themselves.
Jobs that were submitted with it and still wait are refused, too, and leave no letter.

Example:

    context-manager key retire acme-4fT0x2aB --keys-file /etc/context-manager/ring.json`
}

// Run retires all of the keys or none.
func (c *retireCommand) Run(_ context.Context, sh *shell.Shell) error {
	if _, _, err := ring.FromFile(c.KeysFile).Load(); err != nil {
		return err // a ring that is not there is not made, nor locked
	}
	err := ring.Edit(c.KeysFile, func(keys []envelope.Key) ([]envelope.Key, error) {
		for _, id := range c.ID {
			if err := retire(keys, id); err != nil {
				return nil, err
			}
		}
		return keys, nil
	})
	if err != nil {
		return err
	}
	for _, id := range c.ID {
		if _, err := fmt.Fprintln(sh.Out, "retired", shell.Printable(id)); err != nil {
			return err
		}
	}
	return nil
}

func retire(keys []envelope.Key, id string) error {
	for i := range keys {
		if keys[i].ID == id {
			keys[i].Retired, keys[i].Secrets = true, nil
			return nil
		}
	}
	return fmt.Errorf("the ring has no key %q: \"context-manager key list\" shows those it has", id)
}
