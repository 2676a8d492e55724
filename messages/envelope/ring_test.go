package envelope

import (
	"bytes"
	"crypto/sha256"
	"math"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func goodKey() Key {
	return Key{ID: "web", Secrets: []Secret{secretOf(1)}, Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantRead}}
}

func TestNewRingFailsClosed(t *testing.T) {
	t.Parallel()
	long := bytes.Repeat([]byte{8}, 65) // HMAC takes its hash
	sum := sha256.Sum256(long)
	hashed := NewSecret(sum[:])
	first := goodKey()
	first.ID, first.Secrets = "first", []Secret{secretOf(7), NewSecret(long)}
	tests := map[string]func(k *Key){
		"no id":                       func(k *Key) { k.ID = "" },
		"an id with a space":          func(k *Key) { k.ID = "a b" },
		"an id too long":              func(k *Key) { k.ID = strings.Repeat("k", 65) },
		"no secret":                   func(k *Key) { k.Secrets = nil },
		"three secrets":               func(k *Key) { k.Secrets = []Secret{secretOf(1), secretOf(2), secretOf(3)} },
		"an empty secret":             func(k *Key) { k.Secrets = []Secret{{}} },
		"a short secret":              func(k *Key) { k.Secrets = []Secret{NewSecret([]byte("0123456789abcde"))} },
		"the same secret twice":       func(k *Key) { k.Secrets = []Secret{secretOf(1), secretOf(1)} },
		"another key's secret":        func(k *Key) { k.Secrets = []Secret{secretOf(7)} },
		"another key's, and a zero":   func(k *Key) { k.Secrets = []Secret{NewSecret(append(bytes.Repeat([]byte{7}, 32), 0))} },
		"the hash of another key's":   func(k *Key) { k.Secrets = []Secret{hashed} },
		"the id of another":           func(k *Key) { k.ID = "first" },
		"no tenants":                  func(k *Key) { k.Tenants = nil },
		"an empty tenant":             func(k *Key) { k.Tenants = []string{"a", ""} },
		"a tenant too long":           func(k *Key) { k.Tenants = []string{strings.Repeat("t", messages.MaxTenantBytes+1)} },
		"no grants":                   func(k *Key) { k.Grants = nil },
		"an unknown grant":            func(k *Key) { k.Grants = []messages.Grant{"all"} },
		"the empty grant":             func(k *Key) { k.Grants = []messages.Grant{""} },
		"an inbox prefix with $":      func(k *Key) { k.InboxPrefix = "$JS.API" },
		"an inbox prefix with a star": func(k *Key) { k.InboxPrefix = "*" },
		"an inbox prefix with >":      func(k *Key) { k.InboxPrefix = "_INBOX.>" },
		"an inbox prefix with a dot":  func(k *Key) { k.InboxPrefix = "_INBOX." },
		"an inbox prefix too long":    func(k *Key) { k.InboxPrefix = strings.Repeat("i", 129) },
		"a negative rate":             func(k *Key) { k.Rate = -1 },
		"a rate that is no number":    func(k *Key) { k.Rate = math.NaN() },
		"an endless rate":             func(k *Key) { k.Rate = math.Inf(1) },
		"a negative burst":            func(k *Key) { k.Burst = -1 },
		"a burst without a rate":      func(k *Key) { k.Burst = 5 },
		"a burst at a rate of 0":      func(k *Key) { k.Rate, k.Burst = 0, 1 },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := goodKey()
			change(&k)
			_, err := NewRing([]Key{first, k})
			if err == nil {
				t.Fatal("the ring was made")
			}
			if strings.Contains(err.Error(), string(secretOf(1).Bytes())) {
				t.Error("the error shows a secret")
			}
		})
	}
	if _, err := NewRing(nil); err == nil {
		t.Error("an empty ring was made")
	}
	if _, err := NewRing([]Key{goodKey(), first}); err != nil {
		t.Errorf("the good keys were refused: %v", err)
	}
}

func TestRingSetsDefaults(t *testing.T) {
	t.Parallel()
	k := goodKey()
	k.Rate = 2.5
	wide := goodKey()
	wide.ID, wide.Secrets, wide.InboxPrefix, wide.Rate, wide.Burst = "wide", []Secret{secretOf(9)}, "_INBOX_wide", 2.5, 40
	ring, err := NewRing([]Key{k, wide})
	fatalIf(t, err)
	got, ok := ring.Find("web")
	if !ok || got.InboxPrefix != messages.DefaultInboxPrefix || got.Burst != 3 {
		t.Errorf("got %+v", got)
	}
	if got, ok := ring.Find("wide"); !ok || got.InboxPrefix != wide.InboxPrefix || got.Burst != wide.Burst {
		t.Errorf("what is given was replaced: %+v", got)
	}
	if _, ok := ring.Find("nobody"); ok {
		t.Error("found a key that is not there")
	}
}

func TestRingCannotBeChangedFromOutside(t *testing.T) {
	t.Parallel()
	given := []Key{goodKey()}
	ring, err := NewRing(given)
	fatalIf(t, err)
	given[0].Tenants[0] = "globex"
	ring.Keys()[0].Grants[0] = messages.GrantErase
	found, _ := ring.Find("web")
	found.Secrets[0] = secretOf(9)
	k, _ := ring.Find("web")
	if !k.forTenant("acme") || k.forTenant("globex") || !k.granted(messages.OpList) || k.granted(messages.OpErase) || string(k.Secrets[0].Bytes()) != string(secretOf(1).Bytes()) {
		t.Errorf("the key is now %+v", k)
	}
}

func TestARingOfRetiredKeysLetsNobodyIn(t *testing.T) {
	t.Parallel()
	k := goodKey()
	k.Retired = true
	if _, err := NewRing([]Key{k}); err != nil {
		t.Errorf("the last key could not be retired: %v", err)
	}
}

func TestAKeyMayDoWhatItsGrantsSay(t *testing.T) {
	t.Parallel()
	for _, op := range messages.Ops {
		for _, grant := range messages.Grants {
			k := Key{Grants: []messages.Grant{grant}}
			if k.granted(op) != (grant == op.Grant()) {
				t.Errorf("grant %s and %s: %t", grant, op, k.granted(op))
			}
		}
	}
	if (Key{Grants: []messages.Grant{""}}).granted("drop") {
		t.Error("an operation that there is not was allowed")
	}
}

func TestRingFile(t *testing.T) {
	t.Parallel()
	doc, err := EncodeRing(testKeys())
	fatalIf(t, err)
	ring, err := ParseRing(doc)
	fatalIf(t, err)
	again, err := EncodeRing(ring.Keys())
	fatalIf(t, err)
	second, err := ParseRing(again)
	fatalIf(t, err)
	third, err := EncodeRing(second.Keys())
	fatalIf(t, err)
	if string(third) != string(again) {
		t.Errorf("the file changes as it is read and written:\n%s\n%s", again, third)
	}
	old, _ := second.Find("old")
	if len(ring.Keys()) != len(testKeys()) || !old.Retired {
		t.Errorf("read %+v", ring.Keys())
	}
	if _, err := EncodeRing(nil); err == nil {
		t.Error("an empty ring was written")
	}
}

func TestParseRingRefuses(t *testing.T) {
	t.Parallel()
	const secret = "MDEyMzQ1Njc4OWFiY2RlZg"
	key := func(rest string) string {
		return `{"keys":[{"id":"web","secrets":["` + secret + `"],"tenants":["acme"],"grants":["read"]` + rest + `}]}`
	}
	if _, err := ParseRing([]byte(key(`,"inbox_prefix":"_INBOX.a=2Eb","rate":1.5,"burst":2`))); err != nil {
		t.Fatalf("the good file was refused: %v", err)
	}
	tests := map[string]string{
		"nothing":                 ``,
		"not JSON":                `keys: []`,
		"no keys":                 `{}`,
		"an empty list":           `{"keys":[]}`,
		"a misspelt restriction":  key(`,"tenant":["acme"]`),
		"a name in another case":  key(`,"Retired":true`),
		"a name twice":            key(`,"grants":["read","erase"]`),
		"a wrong type":            key(`,"burst":"2"`),
		"a secret that is number": `{"keys":[{"id":"web","secrets":[1234567890123456]}]}`,
		"a secret with padding":   strings.Replace(key(""), secret, secret+"==", 1),
		"a short secret":          strings.Replace(key(""), secret, "c2hvcnQ", 1),
		"something after":         key("") + key(""),
	}
	for name, doc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseRing([]byte(doc))
			if err == nil {
				t.Fatal("the ring was made")
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "1234567890123456") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

// A ring is the operator's own and may be longer than any request.
func TestParseRingTakesManyTenants(t *testing.T) {
	t.Parallel()
	tenants := make([]string, 3*messages.MaxEmbeddingDims)
	for i := range tenants {
		tenants[i] = strings.Repeat("t", i%100+1)
	}
	doc, err := EncodeRing([]Key{{ID: "web", Secrets: []Secret{secretOf(1)}, Tenants: tenants, Grants: messages.Grants[:]}})
	fatalIf(t, err)
	_, err = ParseRing(doc)
	fatalIf(t, err)
}
