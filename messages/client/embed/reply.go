package embed

import (
	"encoding/json"

	"github.com/context-manager/context-manager/messages"
)

// A reply is what is read of an answer. Numbers are behind pointers, so that
// null is not taken for 0.
type reply struct {
	Data []struct {
		Index     *int       `json:"index"`
		Embedding []*float32 `json:"embedding"`
	} `json:"data"`
}

// vectorsOf reads the vectors of an answer into the order of the texts: the
// answer may have any. Numbers that no float32 holds are refused by the decoder.
func vectorsOf(body []byte, texts, dims int) ([][]float32, error) {
	var r reply
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, badReply("is no list of embeddings of finite numbers: is the URL that of embeddings?")
	}
	if len(r.Data) != texts {
		return nil, badReply("has %d embeddings, asked for were %d", len(r.Data), texts)
	}
	vectors := make([][]float32, texts)
	for _, d := range r.Data {
		if d.Index == nil || *d.Index < 0 || *d.Index >= texts || vectors[*d.Index] != nil {
			return nil, badReply("does not say once for each text which embedding is its own")
		}
		v, err := vectorOf(d.Embedding, dims)
		if err != nil {
			return nil, err
		}
		vectors[*d.Index], dims = v, len(v)
	}
	return vectors, nil
}

func vectorOf(numbers []*float32, dims int) ([]float32, error) {
	switch n := len(numbers); {
	case n == 0:
		return nil, badReply("has an empty embedding")
	case n > messages.MaxEmbeddingDims:
		return nil, badReply("has an embedding of %d numbers, at most %d are allowed: use another model", n, messages.MaxEmbeddingDims)
	case dims != 0 && n != dims:
		return nil, badReply("has an embedding of %d numbers, others have %d: use one model for all", n, dims)
	}
	v := make([]float32, len(numbers))
	for i, x := range numbers {
		if x == nil {
			return nil, badReply("has an embedding without a number at %d", i)
		}
		v[i] = *x
	}
	return v, nil
}

// badReply tells of an answer that cannot be used. Asking again gives the same.
func badReply(format string, args ...any) error {
	return messages.Errorf(messages.CodeBadRequest, "the embeddings endpoint's reply "+format, args...)
}
