package envelope

import (
	"math"
	"slices"

	"github.com/context-manager/context-manager/messages"
)

const maxSecrets = 2

// A Key is who may ask: its secrets and what they open.
type Key struct {
	ID string // 1 to 64 letters, digits, _ and -
	// Secrets are one or two, both of them active, so that callers can change
	// over. A retired key may have none.
	Secrets []Secret
	// Retired keys are refused like unknown ones, but the audit names them.
	Retired bool
	// Tenants that the key may work for. messages.AnyTenant means all.
	Tenants []string
	// Grants that the key has.
	Grants []messages.Grant
	// InboxPrefix is what its replies must lie under, messages.DefaultInboxPrefix if empty.
	InboxPrefix string
	// Rate is requests a second. 0 means no limit of its own.
	Rate float64
	// Burst is how many requests may come at once, by default one second's worth. Without a Rate it is refused.
	Burst int
}

func (k Key) forTenant(tenant string) bool {
	return slices.Contains(k.Tenants, messages.AnyTenant) || slices.Contains(k.Tenants, tenant)
}

func (k Key) granted(op messages.Op) bool { return op.Known() && slices.Contains(k.Grants, op.Grant()) }

func (k Key) clone() Key {
	k.Secrets = slices.Clone(k.Secrets)
	k.Tenants = slices.Clone(k.Tenants)
	k.Grants = slices.Clone(k.Grants)
	return k
}

// A Ring is all keys that a worker knows. It never changes: to change keys,
// make another and give it to Verifier.SetRing.
type Ring struct {
	entries []*ringEntry
	byID    map[string]*ringEntry
}

// A ringEntry is a key with its secrets made ready.
type ringEntry struct {
	key  Key
	macs []*macKey
}

// NewRing makes a ring. It fails closed: no keys, an id twice, one secret in
// two places, or a value out of range make no ring. A ring of retired keys alone is
// legal and lets nobody in, so that the last key can be retired.
func NewRing(keys []Key) (*Ring, error) {
	if len(keys) == 0 {
		return nil, messages.Errorf(messages.CodeBadRequest, "the key ring is empty: make a key with \"context-manager key new\"")
	}
	r := &Ring{byID: make(map[string]*ringEntry, len(keys))}
	for i := range keys {
		if err := r.add(keys[i].clone()); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Ring) add(k Key) error {
	k = k.withDefaults()
	if err := k.check(); err != nil {
		return err
	}
	if r.byID[k.ID] != nil {
		return messages.Errorf(messages.CodeBadRequest, "key %q is in the ring twice: remove one", k.ID)
	}
	entry := &ringEntry{key: k}
	for _, secret := range k.Secrets {
		mac := newMACKey(secret)
		if owner := ownerOfSecret(append(r.entries, entry), mac); owner != "" {
			return messages.Errorf(messages.CodeBadRequest, "key %q has a secret that key %q has already: make each its own", k.ID, owner)
		}
		entry.macs = append(entry.macs, mac)
	}
	r.byID[k.ID] = entry
	r.entries = append(r.entries, entry)
	return nil
}

// ownerOfSecret returns the id of the key that has this secret. Whoever holds a
// secret is every key that has it, so a shared one would join their tenants.
func ownerOfSecret(entries []*ringEntry, mac *macKey) string {
	for _, e := range entries {
		if slices.ContainsFunc(e.macs, mac.same) {
			return e.key.ID
		}
	}
	return ""
}

// Keys returns copies of all keys, in the order given.
func (r *Ring) Keys() []Key {
	keys := make([]Key, len(r.entries))
	for i, e := range r.entries {
		keys[i] = e.key.clone()
	}
	return keys
}

// Find returns a copy of the key with this id.
func (r *Ring) Find(id string) (Key, bool) {
	e := r.byID[id]
	if e == nil {
		return Key{}, false
	}
	return e.key.clone(), true
}

func (k Key) withDefaults() Key {
	if k.InboxPrefix == "" {
		k.InboxPrefix = messages.DefaultInboxPrefix
	}
	if k.Rate > 0 && k.Burst == 0 {
		k.Burst = int(math.Ceil(min(k.Rate, maxRate)))
	}
	return k
}
