package client

import (
	"cmp"
	"strings"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Defaults of Options.
const (
	DefaultTimeout        = 10 * time.Second
	DefaultAttemptTimeout = 2 * time.Second
	DefaultRetries        = 8
	DefaultJobLife        = messages.MaxRequestLife
	DefaultOwners         = 4096
	DefaultBundle         = 8
)

// Options say who a client is and how long it tries. Tenant, KeyID and Secret
// are required; the zero value of every other field means its default.
type Options struct {
	// Tenant is whose items the client reads and writes: one, also with a key for all.
	Tenant string
	// KeyID and Secret are the caller's key, as `context-manager key new` made it: its
	// file is JSON with an "id" and a "secret", which envelope.ParseSecret reads.
	KeyID  string
	Secret envelope.Secret

	// Audience is the deployment's name, which is signed. Default "default".
	Audience string
	// Prefix is the first token of every subject. Default "ctx".
	Prefix string
	// InboxPrefix is the subject under which replies come. The key and the
	// NATS user must both allow it: dot-separated tokens of letters, digits, _,
	// - and =, at most 128 bytes. Default: the connection's own
	// (nats.CustomInboxPrefix), else "_INBOX". The stream's receipts for jobs come
	// under the connection's own, whatever this says.
	InboxPrefix string

	// Timeout bounds a call whose context has no deadline. Default 10 s, at most 24 h.
	Timeout time.Duration
	// AttemptTimeout bounds the first try of a call, so that a worker that
	// died with it costs no more. It doubles with each try, so that a call
	// that needs long gets there, up to 30 s, or more if that leaves as much for
	// each try that may follow. Default 2 s. So long a client that had answers also
	// waits for a signed one when somebody says, unsigned, that key or clock are wrong.
	AttemptTimeout time.Duration
	// Retries is how often a call is tried again after a failure that may
	// pass, if there is time. Default 8, whose pauses alone come to 13 s: with
	// a deadline as far off a call rides out an election of leaders, or a restart of
	// the only worker. Negative means never. Where nobody is there, and no worker
	// has answered this client yet, a call ends after three.
	Retries int
	// JobLife is how long a submitted job may wait for a worker before it is
	// void. Default, and at most, 24 h; at least 1 ms.
	JobLife time.Duration
	// Owners is of how many sessions and users the client remembers how far
	// it has written them; the least recently used is forgotten first.
	// Default 4,096; negative means none, and so no reading of one's own
	// writes across workers.
	Owners int
	// Bundle is how many asks, or jobs, of one operation share a message at most,
	// when many callers use the client at once: small ones that come while others are
	// on their way, and wait a millisecond for it at most. Default 8: more save
	// little besides, and the work would be spread less over the workers. At most
	// messages.MaxBundle; 1 or negative: each has its own message.
	Bundle int
	// Clock dates requests and judges the dates of replies. Default time.Now.
	Clock func() time.Time
}

func (o Options) withDefaults(connInbox string) Options {
	o.Audience = cmp.Or(o.Audience, envelope.DefaultAudience)
	o.InboxPrefix = strings.TrimSuffix(cmp.Or(o.InboxPrefix, connInbox, messages.DefaultInboxPrefix), ".")
	o.Timeout = min(positive(o.Timeout, DefaultTimeout), messages.MaxRequestLife)
	o.AttemptTimeout = min(positive(o.AttemptTimeout, DefaultAttemptTimeout), messages.MaxRequestLife)
	o.Retries = max(0, cmp.Or(o.Retries, DefaultRetries))
	o.JobLife = min(positive(o.JobLife, DefaultJobLife), messages.MaxRequestLife)
	o.Owners = max(0, cmp.Or(o.Owners, DefaultOwners))
	o.Bundle = min(max(1, cmp.Or(o.Bundle, DefaultBundle)), messages.MaxBundle)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

// checkJobLife refuses what no job can live, as a number without a unit is: the
// stream would take such jobs, and no worker, of which nobody would be told.
func (o Options) checkJobLife() error {
	if o.JobLife < shortestLife {
		return messages.Errorf(messages.CodeBadRequest, "the life of a job is %s, and at least %s is wanted: has it a unit, such as time.Hour?", o.JobLife, shortestLife)
	}
	return nil
}

func positive(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}
