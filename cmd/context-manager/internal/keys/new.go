package keys

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/files"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/ring"
	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A NewKey is the command that makes a key.
type NewKey struct {
	ringFileFlag
	ID          string           `name:"id" help:"Id of the key: letters, digits, _ and -. Default: one from the tenant."`
	Tenant      []string         `required:"" sep:"none" placeholder:"NAME" help:"Tenant that the key is for. May be given again; * makes it a key for all tenants."`
	Grants      []messages.Grant `default:"read,write" help:"What it may do, divided by commas: read, write, erase, export, admin."`
	Rate        float64          `default:"0" help:"Requests a second that it may send. 0: no limit of its own."`
	Burst       int              `default:"0" help:"Requests it may send at once, with --rate. Default: a second's worth."`
	InboxPrefix string           `placeholder:"SUBJECT" help:"Subject that its replies must lie under. Default: _INBOX."`
	Out         string           `type:"path" placeholder:"FILE" help:"Where to write the caller's key file. Default: <id>.json beside the ring."`
}

// Help is shown by --help.
func (*NewKey) Help() string {
	return `Makes the ring file if there is none. Running workers take the change up by themselves.
The secret is written to the two files, both of mode 0600, and never printed.

Examples:

    context-manager key new --keys-file /etc/context-manager/ring.json --tenant acme
    context-manager key new --keys-file ring.json --id reporting --tenant '*' --grants read --rate 50`
}

// Run makes the key.
func (c *NewKey) Run(_ context.Context, sh *shell.Shell) error {
	key, path, err := c.Make()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(sh.Out, "key %s is in %s\nits caller's file is %s: export CTX_KEY_FILE=%s%s\n", key.ID, c.KeysFile, path, shell.Quote(path), inboxToo(key))
	return errors.Join(err, noticeAll(sh, key))
}

// inboxToo is what a caller sets beside its key file, if it is not there already.
func inboxToo(key envelope.Key) string {
	if key.InboxPrefix == "" || key.InboxPrefix == messages.DefaultInboxPrefix {
		return ""
	}
	return " CTX_INBOX_PREFIX=" + shell.Quote(key.InboxPrefix)
}

// noticeAll says of a key for all tenants that it is one: it is seldom wanted,
// and easily made by a script whose pattern came out as it stands.
func noticeAll(sh *shell.Shell, key envelope.Key) error {
	if !slices.Contains(key.Tenants, messages.AnyTenant) {
		return nil
	}
	_, err := fmt.Fprintf(sh.Err, "key %s is for all tenants, because of --tenant %s: it may do what its grants allow in each of them\n", key.ID, shell.Quote(messages.AnyTenant))
	return err
}

// Make adds a key to the ring and writes the caller's file, whose path it returns.
func (c *NewKey) Make() (envelope.Key, string, error) {
	key, err := c.key()
	if err != nil {
		return key, "", err
	}
	path := c.Out
	if path == "" {
		path = filepath.Join(filepath.Dir(c.KeysFile), key.ID+".json")
	}
	if path == c.KeysFile {
		return key, "", shell.Usagef("the caller's file cannot be the ring %s itself: choose another --out", path)
	}
	return key, path, c.add(key, path)
}

// add puts the key into the ring and into the caller's file: both or neither.
func (c *NewKey) add(key envelope.Key, path string) error {
	written := false
	err := ring.Edit(c.KeysFile, func(keys []envelope.Key) ([]envelope.Key, error) {
		for _, old := range keys {
			if old.ID == key.ID {
				return nil, fmt.Errorf("the ring has a key %q already: choose another --id", key.ID)
			}
		}
		keys = append(keys, key)
		if _, err := envelope.NewRing(keys); err != nil {
			return nil, err // before the caller's file is written
		}
		err := c.writeCaller(path, key)
		written = err == nil
		return keys, err
	})
	if err != nil && written {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

func (c *NewKey) key() (envelope.Key, error) {
	if slices.Contains(c.Tenant, "") || len(c.Tenant) == 0 {
		return envelope.Key{}, shell.Usagef("--tenant is empty: name a tenant, or give %q for all", messages.AnyTenant)
	}
	secret, err := envelope.GenerateSecret(rand.Reader)
	if err != nil {
		return envelope.Key{}, err
	}
	id := c.ID
	if id == "" {
		if id, err = NewID(c.Tenant[0]); err != nil {
			return envelope.Key{}, err
		}
	}
	key := envelope.Key{
		ID: id, Secrets: []envelope.Secret{secret}, Tenants: c.Tenant, Grants: c.Grants,
		InboxPrefix: c.InboxPrefix, Rate: c.Rate, Burst: c.Burst,
	}
	_, err = envelope.NewRing([]envelope.Key{key}) // of it alone: what this refuses was typed wrong
	return key, shell.Refused(err)
}

// NewID makes a tenant's name and some random letters an id.
func NewID(tenant string) (string, error) {
	random, err := messages.NewID(rand.Reader)
	if err != nil {
		return "", err
	}
	name := make([]byte, 0, len(tenant))
	for _, b := range []byte(tenant) {
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-' {
			name = append(name, b)
		}
	}
	if len(name) == 0 {
		name = []byte("key")
	}
	return string(name[:min(len(name), 40)]) + "-" + random[:8], nil
}

// writeCaller writes the caller's key file: whole or not at all, and never over another.
func (c *NewKey) writeCaller(path string, key envelope.Key) error {
	file := keyFile{ID: key.ID, Secret: key.Secrets[0].Encode()}
	if len(c.Tenant) == 1 && c.Tenant[0] != messages.AnyTenant {
		file.Tenant = c.Tenant[0]
	}
	doc, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, files.Private)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already: choose another --out", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(append(doc, '\n'))
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
