package embed

import (
	"context"
	"net/http"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

// Bounds of one request to an endpoint. OpenAI takes 2,048 texts of 300,000
// tokens in all; no tokenizer makes more tokens of a text than it has bytes.
const (
	DefaultBatch = 64   // texts, unless Batch says otherwise
	MaxBatch     = 2048 // texts, whatever Batch says
	batchBytes   = 256 << 10
)

// An Endpoint makes embeddings. URL and Model are required. It may be used by
// many goroutines at once, and must not be changed meanwhile.
type Endpoint struct {
	// URL is the whole address, such as https://api.openai.com/v1/embeddings.
	// The key and all texts go there: use https past your own network.
	URL string
	// Model is the model's name at the endpoint.
	Model string
	// Key is sent as a bearer token. The zero Secret sends none.
	Key envelope.Secret
	// HTTP sends the requests. Default: one that waits a minute at most and
	// follows no redirect. A context bounds each call besides.
	HTTP *http.Client
	// Batch is the most texts of one request. Default 64, at most 2,048.
	Batch int
}

// Items fills the Embedding of each item that has none from its Text. All
// items come to have one dimension, else it is CodeBadRequest. After an error
// some may be filled; calling again goes on with the rest.
func (e *Endpoint) Items(ctx context.Context, items []messages.Item) error {
	dims, err := common(items)
	if err != nil {
		return err
	}
	lacking, err := withoutEmbedding(items)
	if err != nil {
		return err
	}
	for len(lacking) > 0 {
		n := e.batch(items, lacking)
		texts := make([]string, n)
		for k, i := range lacking[:n] {
			texts[k] = items[i].Text
		}
		vectors, err := e.embed(ctx, texts, dims)
		if err != nil {
			return err
		}
		for k, i := range lacking[:n] {
			items[i].Embedding = vectors[k]
		}
		dims, lacking = len(vectors[0]), lacking[n:]
	}
	return nil
}

// Query fills the Embedding of a request from its Query. A request without a
// query, or with an embedding, stays as it is.
func (e *Endpoint) Query(ctx context.Context, r *messages.AssembleRequest) error {
	if r.Query == "" || len(r.Embedding) > 0 {
		return nil
	}
	vectors, err := e.embed(ctx, []string{r.Query}, 0)
	if err != nil {
		return err
	}
	r.Embedding = vectors[0]
	return nil
}

// common is the dimension of the embeddings that there are, 0 if there are none.
func common(items []messages.Item) (dims int, err error) {
	for i := range items {
		switch n := len(items[i].Embedding); {
		case n == 0 || n == dims:
		case dims == 0:
			dims = n
		default:
			return 0, messages.Errorf(messages.CodeBadRequest,
				"items[%d] has an embedding of %d numbers, one before it of %d: use one model for all", i, n, dims)
		}
	}
	return dims, nil
}

func withoutEmbedding(items []messages.Item) ([]int, error) {
	var lacking []int
	for i := range items {
		if len(items[i].Embedding) > 0 {
			continue
		}
		if items[i].Text == "" {
			return nil, messages.Errorf(messages.CodeBadRequest, "items[%d] has no text to embed: an item needs text", i)
		}
		lacking = append(lacking, i)
	}
	return lacking, nil
}

// batch is how many of those that lack an embedding go into one request: at
// least one, since only the endpoint knows whether a long text is too long.
func (e *Endpoint) batch(items []messages.Item, lacking []int) int {
	most := e.Batch
	if most <= 0 {
		most = DefaultBatch
	}
	most = min(most, MaxBatch, len(lacking))
	bytes := len(items[lacking[0]].Text)
	for n := 1; n < most; n++ {
		bytes += len(items[lacking[n]].Text)
		if bytes > batchBytes {
			return n
		}
	}
	return most
}
