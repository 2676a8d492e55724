package envelope_test

import (
	"fmt"
	"time"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// A caller signs a request, a worker verifies it and signs the answer, and the
// caller verifies that. What carries the messages is not shown: NATS does.
func Example() {
	now := time.UnixMilli(1_790_000_000_000)
	secret := envelope.NewSecret([]byte("a secret of 32 random bytes is ok"))
	subjects, err := messages.NewSubjects("")
	if err != nil {
		fmt.Println(err)
		return
	}

	signer, err := envelope.NewSigner("web", secret, "production")
	if err != nil {
		fmt.Println(err)
		return
	}
	request := envelope.Unsigned{
		Subject: subjects.Ask("acme", messages.OpAssemble), Reply: "_INBOX.x7.1", ID: "AAECAwQFBgcICQoLDA0ODw",
		Time: now.UnixMilli(), Expires: now.Add(time.Second).UnixMilli(), Body: []byte(`{"session":"s-1","max_tokens":500}`),
	}
	headers := signer.Headers(request)

	ring, err := envelope.NewRing([]envelope.Key{{
		ID: "web", Secrets: []envelope.Secret{secret}, Tenants: []string{"acme"}, Grants: []messages.Grant{messages.GrantRead},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier := envelope.NewVerifier("production", subjects, ring, envelope.Limits{})
	verified, err := verifier.Verify(envelope.Incoming{
		Lane: messages.LaneAsk, Subject: request.Subject, Reply: request.Reply, Header: headers, Body: request.Body, Now: now,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	asked, err := messages.Decode[messages.AssembleRequest](verified.Body())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(verified.KeyID(), "asks to", verified.Op(), asked.MaxTokens, "tokens for", verified.Tenant())

	answer := []byte(`{"ids":[]}`)
	status, err := signer.VerifyReply(envelope.ReplyCheck{
		ReplySubject: request.Reply, RequestID: request.ID, Header: verified.SignReply(200, answer, now), Body: answer, Now: now,
	})
	fmt.Println(status, err)
	// Output:
	// web asks to assemble 500 tokens for acme
	// 200 <nil>
}
