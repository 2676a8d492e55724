package envelope

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// TestVerifyJudgesInOrder takes a message with every fault there is and mends
// one after another: each time the next in the order of judgement is named. So
// nothing costly or telling is done for who fails at something before it.
func TestVerifyJudgesInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.unsigned()
	u.Subject, u.Reply = w.subjects.Ask("globex", messages.OpErase), "orders.new" // another tenant, no grant, no inbox
	in := w.askSigned(w.signerOf(t, "web", secretOf(1)), u)
	good := in.Header
	in.Header = with(good, "X-Padding", strings.Repeat("x", messages.MaxHeaderBytes))
	in.Header[HeaderVersion], in.Header[HeaderKey] = []string{"2"}, []string{"nobody"}
	in.Now, in.Body = w.now.Add(time.Hour), slices.Concat(u.Body, make([]byte, messages.MaxMessageBytes))

	for _, step := range []struct {
		reason string
		mend   func()
	}{
		{ReasonSize, func() { in.Body = slices.Concat(u.Body, []byte{' '}) }},
		{ReasonSize, func() { in.Header = without(in.Header, "X-Padding") }},
		{ReasonVersion, func() { in.Header = with(in.Header, HeaderVersion, Version) }},
		{ReasonTime, func() { in.Now = w.now }},
		{ReasonUnknownKey, func() { in.Header = good }},
		{ReasonSignature, func() { in.Body = u.Body }},
		{ReasonTenant, func() {
			u.Subject = w.subjects.Ask("acme", messages.OpErase)
			in = w.askSigned(w.signer, u)
		}},
		{ReasonGrant, func() {
			u.Subject = w.subjects.Ask("acme", messages.OpStore)
			in = w.askSigned(w.signer, u)
		}},
		{ReasonInbox, func() {
			u.Reply = testInbox
			in = w.askSigned(w.signer, u)
		}},
	} {
		_, err := w.verifier.Verify(in)
		wantReason(t, err, step.reason)
		step.mend()
	}
	w.mustVerify(t, in)
}
