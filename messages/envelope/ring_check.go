package envelope

import (
	"math"
	"slices"
	"strings"

	"github.com/context-manager/context-manager/messages"
)

const maxRate = 1e9 // requests a second

// check refuses a key that nobody can have meant.
func (k Key) check() error {
	if !isKeyID(k.ID) {
		return messages.Errorf(messages.CodeBadRequest, "a key's id must be 1 to %d letters, digits, _ or -", maxKeyIDBytes)
	}
	for _, check := range []func() error{k.checkSecrets, k.checkTenants, k.checkGrants, k.checkInbox, k.checkRate} {
		if err := check(); err != nil {
			return messages.Placed(err, "key %q: ", k.ID)
		}
	}
	return nil
}

func (k Key) checkSecrets() error {
	if len(k.Secrets) > maxSecrets || len(k.Secrets) == 0 && !k.Retired {
		return messages.Errorf(messages.CodeBadRequest, "has %d secrets: give one, or two while callers change over", len(k.Secrets))
	}
	for _, s := range k.Secrets {
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

func (k Key) checkTenants() error {
	if len(k.Tenants) == 0 {
		return messages.Errorf(messages.CodeBadRequest, "has no tenants: name them, or give %q for all", messages.AnyTenant)
	}
	for i, t := range k.Tenants {
		if err := messages.CheckID("", t, messages.MaxTenantBytes); err != nil {
			return messages.Placed(err, "tenants[%d]", i)
		}
	}
	return nil
}

func (k Key) checkGrants() error {
	if len(k.Grants) == 0 {
		return messages.Errorf(messages.CodeBadRequest, "has no grants: give some of %s", grantNames())
	}
	for i, g := range k.Grants {
		if !slices.Contains(messages.Grants[:], g) {
			return messages.Errorf(messages.CodeBadRequest, "grants[%d] is unknown: use one of %s", i, grantNames())
		}
	}
	return nil
}

func (k Key) checkInbox() error { return CheckInboxPrefix(k.InboxPrefix) }

func (k Key) checkRate() error {
	if math.IsNaN(k.Rate) || k.Rate < 0 || k.Rate > maxRate {
		return messages.Errorf(messages.CodeBadRequest, "rate must be from 0 (no limit) to %.0f requests a second", maxRate)
	}
	if k.Burst < 0 || k.Burst > maxRate {
		return messages.Errorf(messages.CodeBadRequest, "burst must be from 0 to %.0f requests", maxRate)
	}
	if k.Burst > 0 && k.Rate == 0 { // meant as a limit, it would be none
		return messages.Errorf(messages.CodeBadRequest, "has a burst and no rate, so nothing limits it: give a rate too, or leave the burst out")
	}
	return nil
}

// grantNames lists the grants for people.
func grantNames() string {
	words := make([]string, len(messages.Grants))
	for i, g := range messages.Grants {
		words[i] = string(g)
	}
	return strings.Join(words, ", ")
}
