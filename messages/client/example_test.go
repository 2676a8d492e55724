package client_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client"
)

// deployment starts an embedded server and a worker, and makes a client of them.
func deployment() (c *client.Client, end func()) {
	e := &rig.Example{}
	return rig.Start(e).Client(), e.End
}

func Example() {
	// A program has these from its configuration; here a server and a worker
	// are started for the example.
	e := &rig.Example{}
	defer e.End()
	deployment := rig.Start(e)
	url, key := deployment.Server.URL(), deployment.Key()

	nc, err := nats.Connect(url,
		nats.MaxReconnects(-1),
		nats.FlusherTimeout(5*time.Second), nats.ReconnectOnFlusherError()) // leaves a server that stands still
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	c, err := client.New(nc, client.Options{Tenant: "acme", KeyID: key.ID, Secret: key.Secrets[0]})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err = c.Store(ctx, messages.StoreRequest{
		Session: "monday",
		Items: []messages.Item{
			{Role: messages.User, Name: "Ana", Text: "My flight to Lisbon leaves on Friday at nine."},
			{Role: messages.Assistant, Text: "I have noted the flight to Lisbon."},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	got, err := c.Assemble(ctx, messages.AssembleRequest{
		Session:   "monday",
		Query:     "When does Ana's flight leave?",
		MaxTokens: 200,
		Format:    messages.FormatText,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(got.Text)
	fmt.Println("within the budget:", got.Tokens.Total <= 200)
	// Output:
	// Ana: My flight to Lisbon leaves on Friday at nine.
	// assistant: I have noted the flight to Lisbon.
	// within the budget: true
}

// Facts of a user are kept beyond a session, at the level long_term.
func ExampleClient_Store() {
	c, end := deployment()
	defer end()
	reply, err := c.Store(context.Background(), messages.StoreRequest{
		User: "ana",
		Items: []messages.Item{
			{ID: "diet", Text: "Ana is a vegetarian.", Pinned: true},
			{ID: "home", Text: "Ana lives in Porto.", Metadata: map[string]string{"source": "profile"}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.IDs)
	// Output: [diet home]
}

// A context can come as messages for a chat API.
func ExampleClient_Assemble() {
	c, end := deployment()
	defer end()
	ctx := context.Background()
	_, err := c.Store(ctx, messages.StoreRequest{Session: "s", Items: []messages.Item{
		{Role: messages.User, Text: "What is the capital of Portugal?"},
		{Role: messages.Assistant, Text: "Lisbon."},
		{Role: messages.User, Text: "And its second city?"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	got, err := c.Assemble(ctx, messages.AssembleRequest{
		Session: "s", MaxTokens: 500, Format: messages.FormatOpenAI,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range got.Messages {
		fmt.Printf("%s: %s\n", m.Role, m.Content)
	}
	// Output:
	// user: What is the capital of Portugal?
	// assistant: Lisbon.
	// user: And its second city?
}

func ExampleClient_List() {
	c, end := deployment()
	defer end()
	ctx := context.Background()
	_, err := c.Store(ctx, messages.StoreRequest{Session: "s", Items: []messages.Item{
		{Role: messages.User, Text: "Please look up the weather."},
		{Role: messages.Tool, Name: "weather", Text: "Sunny, 24 degrees."},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	got, err := c.List(ctx, messages.ListRequest{
		Session: "s", Filter: &messages.Filter{Roles: []messages.Role{messages.Tool}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, it := range got.Items {
		fmt.Printf("%s: %s\n", it.Name, it.Text)
	}
	// Output: weather: Sunny, 24 degrees.
}

// An update at a revision fails if the item has changed since that was read.
func ExampleClient_Update() {
	c, end := deployment()
	defer end()
	ctx := context.Background()
	stored, err := c.Store(ctx, messages.StoreRequest{User: "ana", Items: []messages.Item{{ID: "home", Text: "Ana lives in Porto."}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	seen := stored.Revision.User
	for _, town := range []string{"Lisbon", "Faro"} {
		text := "Ana lives in " + town + "."
		_, err := c.Update(ctx, messages.UpdateRequest{User: "ana", ID: "home", Revision: seen, Text: &text})
		switch {
		case err == nil:
			fmt.Println("now:", text)
		case messages.HasCode(err, messages.CodeConflict):
			fmt.Println("changed since: read it again")
		default:
			fmt.Println(err)
			return
		}
	}
	// Output:
	// now: Ana lives in Lisbon.
	// changed since: read it again
}

// What a session has shown about its user can become a fact of the user's.
func ExampleClient_Promote() {
	c, end := deployment()
	defer end()
	ctx := context.Background()
	stored, err := c.Store(ctx, messages.StoreRequest{Session: "monday", Items: []messages.Item{
		{Text: "I moved to Porto last month."},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.Promote(ctx, messages.PromoteRequest{
		Session: "monday", User: "ana", IDs: stored.IDs, To: messages.LongTerm,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	got, err := c.Assemble(ctx, messages.AssembleRequest{
		Session: "friday", User: "ana", Query: "Where does Ana live?", MaxTokens: 200,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, it := range got.Items {
		fmt.Printf("%s: %s\n", it.Level, it.Text)
	}
	// Output: long_term: I moved to Porto last month.
}

// Submit returns when the stream has the job. It is done however often a worker dies.
func ExampleClient_Submit() {
	c, end := deployment()
	defer end()
	receipt, err := c.Submit(context.Background(), messages.OpStore, messages.StoreRequest{
		Session: "s", Items: []messages.Item{{Text: "Remember this, there is no hurry."}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("in the stream:", receipt.Seq > 0)
	// Output: in the stream: true
}

func ExampleClient_SubmitAndWait() {
	c, end := deployment()
	defer end()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var reply messages.StoreReply
	err := c.SubmitAndWait(ctx, messages.OpStore, messages.StoreRequest{
		Session: "s", Items: []messages.Item{{ID: "note", Text: "Remember this."}},
	}, &reply)
	switch {
	case errors.Is(err, client.ErrPending):
		fmt.Println("not done yet, but it will be")
	case err != nil:
		fmt.Println(err)
		return
	default:
		fmt.Println("done:", reply.IDs)
	}
	// Output: done: [note]
}
