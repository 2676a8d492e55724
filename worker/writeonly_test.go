package worker

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// admit adds a key to the ring of workers that are made after it.
func (r *rig) admit(k envelope.Key) {
	r.t.Helper()
	k.Secrets, k.Tenants = []envelope.Secret{secretOf(k.ID)}, []string{testTenant}
	var err error
	if r.ring, err = envelope.NewRing(append(testKeys(), k)); err != nil {
		r.t.Fatal(err)
	}
	if r.signers[k.ID], err = envelope.NewSigner(k.ID, k.Secrets[0], testAudience); err != nil {
		r.t.Fatal(err)
	}
}

// A key that may write and not read gets of an item that it changes the id and
// the revision alone, on either lane and by whichever way the update is answered.
func TestAKeyThatMayOnlyWriteReadsNothingByAnUpdate(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.admit(envelope.Key{ID: "writer", Grants: []messages.Grant{messages.GrantWrite}})
	r.start(options{})
	stored := store(t, r.ask, messages.StoreRequest{User: "ana", Items: []messages.Item{{
		ID: "pin", Text: "my PIN is 4711", Name: "Ana", Metadata: map[string]string{"source": "phone"},
	}}})
	fails(t, r.ask(call{key: "writer", op: messages.OpList, body: messages.ListRequest{User: "ana"}}), messages.CodeForbidden)

	accesses, first := 1, newID(t)
	update := call{key: "writer", op: messages.OpUpdate, body: messages.UpdateRequest{User: "ana", ID: "pin", Accesses: &accesses}}
	again := update
	again.body = messages.UpdateRequest{User: "ana", ID: "pin", Revision: stored.Revision.User, Accesses: &accesses, Tried: []string{first}}
	for _, o := range []outcome{r.ask(update.with(func(c *call) { c.id = first })), r.ask(again), r.submit(update)} {
		reply := must[messages.UpdateReply](t, o)
		if i := reply.Item; i.ID != "pin" || i.Revision <= stored.Revision.User || i.Text+i.Name != "" || i.Metadata != nil || i.Tokens != 0 {
			t.Errorf("told of the item: %+v", i)
		}
	}
	update.key = "full"
	if text := must[messages.UpdateReply](t, r.ask(update)).Item.Text; text != "my PIN is 4711" {
		t.Errorf("a key that may read was told the text %q", text)
	}
}
