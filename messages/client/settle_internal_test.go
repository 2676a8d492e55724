package client

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A refusal is final if the request that it is of names all tries that went before. Of
// more than a request may name, one that it does not may be what changed the item.
func TestARefusalIsFinalOfTriesThatAreAllNamed(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, Options{})
	refuseAll(t, c, messages.CodeConflict)
	tried := make([]string, messages.MaxTried+1)
	for i := range tried {
		tried[i] = messages.PartID(fmt.Sprint(i), 0)
	}
	text := "new"
	update := messages.UpdateRequest{Session: "s", ID: "i", Revision: 1, Text: &text}
	for n, open := range map[int]bool{messages.MaxTried: false, messages.MaxTried + 1: true} {
		_, err := c.settle(t.Context(), c.schedule(t.Context()), update, tried[:n])
		if !messages.HasCode(err, messages.CodeConflict) || errors.Is(err, ErrUnknownOutcome) != open {
			t.Errorf("after %d tries: %v; want a conflict, and its outcome unknown: %t", n, err, open)
		}
	}
}

// refuseAll answers every ask with an error, signed.
func refuseAll(t *testing.T, c *Client, code messages.Code) {
	t.Helper()
	ring, err := envelope.NewRing([]envelope.Key{{
		ID: c.opts.KeyID, Secrets: []envelope.Secret{c.opts.Secret}, Tenants: []string{c.opts.Tenant}, Grants: messages.Grants[:],
	}})
	if err != nil {
		t.Fatal(err)
	}
	verifier := envelope.NewVerifier(c.opts.Audience, c.subjects, ring, envelope.Limits{})
	_, err = c.nc.Subscribe(c.subjects.AskAll(), func(m *nats.Msg) {
		v, err := verifier.Verify(envelope.Incoming{Lane: messages.LaneAsk, Subject: m.Subject, Reply: m.Reply, Header: m.Header, Body: m.Data, Now: time.Now()})
		if err != nil {
			t.Error(err)
			return
		}
		body, _ := messages.AppendJSON(nil, messages.Errorf(code, "made by a test"))
		_ = c.nc.PublishMsg(&nats.Msg{Subject: m.Reply, Header: v.SignReply(code.Status(), body, time.Now()), Data: body})
	})
	if err != nil {
		t.Fatal(err)
	}
}
