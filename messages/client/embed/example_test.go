package embed_test

import (
	"context"
	"fmt"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
)

func Example() {
	// A program has these from its configuration; here a worker and a small
	// endpoint are started for the example.
	deployment := &rig.Example{}
	defer deployment.End()
	c := rig.Start(deployment).Client()
	endpoint := newFake(deployment, backwards(subjects)).Endpoint
	// endpoint := embed.Endpoint{
	// 	URL:   "https://api.openai.com/v1/embeddings",
	// 	Model: "text-embedding-3-small",
	// 	Key:   envelope.NewSecret([]byte(os.Getenv("OPENAI_API_KEY"))),
	// }

	ctx := context.Background()
	store := messages.StoreRequest{User: "ana", Items: []messages.Item{
		{Text: "Signed the lease for the flat above the bakery."},
		{Text: "My terrier chewed the sofa cushions."},
	}}
	if err := endpoint.Items(ctx, store.Items); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := c.Store(ctx, store); err != nil {
		fmt.Println(err)
		return
	}
	ask := messages.AssembleRequest{User: "ana", Query: "new accommodation", MaxTokens: 200, MaxItems: 1}
	if err := endpoint.Query(ctx, &ask); err != nil {
		fmt.Println(err)
		return
	}
	got, err := c.Assemble(ctx, ask)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(got.Items[0].Text)
	// Output: Signed the lease for the flat above the bakery.
}
