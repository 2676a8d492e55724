package envelope

import (
	"encoding/json"

	"github.com/context-manager/context-manager/messages"
)

// A ringFile is a key ring as JSON. Every other field name is refused, so a
// misspelt restriction is an error and not a restriction less.
type ringFile struct {
	Keys []keyFile `json:"keys"`
}

type keyFile struct {
	ID          string           `json:"id"`
	Secrets     []string         `json:"secrets"` // base64url without padding
	Retired     bool             `json:"retired,omitempty"`
	Tenants     []string         `json:"tenants"`
	Grants      []messages.Grant `json:"grants"`
	InboxPrefix string           `json:"inbox_prefix,omitempty"`
	Rate        float64          `json:"rate,omitempty"`
	Burst       int              `json:"burst,omitempty"`
}

// ParseRing reads a ring from JSON:
//
//	{"keys":[{"id":"web","secrets":["<base64url>"],"tenants":["acme"],"grants":["read","write"]}]}
//
// with the optional fields retired, inbox_prefix, rate and burst of each key.
// Its errors never show what a secret is.
func ParseRing(doc []byte) (*Ring, error) {
	file, err := messages.DecodeFile[ringFile](doc)
	if err != nil {
		return nil, messages.Placed(err, "key ring: ")
	}
	keys := make([]Key, len(file.Keys))
	for i, k := range file.Keys {
		if keys[i], err = k.key(); err != nil {
			return nil, messages.Placed(err, "key ring: keys[%d]: ", i)
		}
	}
	return NewRing(keys)
}

func (f keyFile) key() (Key, error) {
	secrets := make([]Secret, len(f.Secrets))
	for i, text := range f.Secrets {
		secret, err := ParseSecret(text)
		if err != nil {
			return Key{}, err
		}
		secrets[i] = secret
	}
	return Key{
		ID: f.ID, Secrets: secrets, Retired: f.Retired, Tenants: f.Tenants, Grants: f.Grants,
		InboxPrefix: f.InboxPrefix, Rate: f.Rate, Burst: f.Burst,
	}, nil
}

// EncodeRing writes keys in the form that ParseRing reads, secrets and all:
// keep it in a file of mode 0600. It refuses what NewRing refuses.
func EncodeRing(keys []Key) ([]byte, error) {
	if _, err := NewRing(keys); err != nil {
		return nil, err
	}
	file := ringFile{Keys: make([]keyFile, len(keys))}
	for i, k := range keys {
		file.Keys[i] = k.file()
	}
	doc, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, messages.Errorf(messages.CodeInternal, "encode the key ring: %w", err)
	}
	return append(doc, '\n'), nil
}

func (k Key) file() keyFile {
	secrets := make([]string, len(k.Secrets))
	for i, s := range k.Secrets {
		secrets[i] = s.Encode()
	}
	return keyFile{
		ID: k.ID, Secrets: secrets, Retired: k.Retired, Tenants: k.Tenants, Grants: k.Grants,
		InboxPrefix: k.InboxPrefix, Rate: k.Rate, Burst: k.Burst,
	}
}
