// Package embed fills the embeddings of items and queries from an endpoint in
// OpenAI's form, which most model servers speak. It is optional: Context
// Manager ranks by words without it, and takes embeddings from anywhere.
//
// Fill the items before they are stored and the query before it is asked, by
// one model: vectors of two models cannot be compared.
//
//	e := embed.Endpoint{URL: "https://api.openai.com/v1/embeddings", Model: "text-embedding-3-small", Key: key}
//	err := e.Items(ctx, store.Items)
//	// ... c.Store(ctx, store)
//	err = e.Query(ctx, &ask)
//	// ... c.Assemble(ctx, ask)
//
// Nothing is tried again here. Errors are a *messages.Error, whose Retryable
// and RetryAfterMS say whether and when that is of use. None holds the key or
// a text, nor what the endpoint wrote, which may repeat them.
package embed
