package analyze

import (
	"strings"
	"unicode/utf8"

	"github.com/tiktoken-go/tokenizer"

	"github.com/context-manager/context-manager/messages"
)

// A counter counts tokens of o200k_base, the vocabulary of OpenAI's current
// models. Texts like "<|endoftext|>" are ordinary text to it.
//
// It cuts a text into pieces itself and remembers what short pieces cost, so
// that the tokenizer works on new pieces alone.
type counter struct {
	codec  tokenizer.Codec
	pieces *cache[uint16]
}

const (
	pieceCacheLimit = 1 << 15 // pieces remembered, twice that at most
	maxCachedPiece  = 48      // bytes of a piece that is remembered
)

func newCounter() (*counter, error) {
	codec, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		return nil, messages.Caused(messages.CodeInternal, err, "the tokenizer's vocabulary cannot be loaded")
	}
	return &counter{codec: codec, pieces: newCache[uint16](pieceCacheLimit)}, nil
}

func (c *counter) count(text string) int {
	if !utf8.ValidString(text) {
		return c.encode(text)
	}
	total := 0
	for len(text) > 0 {
		n := nextPiece(text)
		total += c.piece(text[:n])
		text = text[n:]
	}
	return total
}

func (c *counter) piece(piece string) int {
	if len(piece) == 1 {
		return 1
	}
	if len(piece) > maxCachedPiece {
		return c.encode(piece)
	}
	key := []byte(piece)
	n, shard, ok := c.pieces.get(key)
	if !ok {
		n = uint16(c.encode(piece))
		shard.put(key, n)
	}
	return int(n)
}

// deleted is U+007F. The tokenizer's generated matcher passes over it, though it is
// a token of the vocabulary, and a part of no other.
const deleted = "\x7f"

// encode counts with the tokenizer. Should it fail, a token a byte is a count
// that no text exceeds, so the budget holds.
func (c *counter) encode(text string) (tokens int) {
	for part := range strings.SplitSeq(text, deleted) {
		n, err := c.codec.Count(part)
		if err != nil {
			return len(text)
		}
		tokens += n
	}
	return tokens + strings.Count(text, deleted)
}
