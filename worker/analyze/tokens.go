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
		return c.merged(piece)
	}
	key := []byte(piece)
	n, shard, ok := c.pieces.get(key)
	if !ok {
		n = uint16(c.merged(piece))
		shard.put(key, n)
	}
	return int(n)
}

// merged counts the tokens of a piece by byte-pair encoding.
func (c *counter) merged(piece string) int {
	if len(piece) > window {
		if n, ok := inWindows(piece, window, c.tokens); ok {
			return n
		}
	}
	return c.encode(piece)
}

// The tokenizer's generated matcher passes over U+007F. Another sign that few
// texts have costs the same: each is a token of the vocabulary and a part
// of no other.
const deleted, alike = "\x7f", "\x02"

// encode counts with the tokenizer. Should it fail, a token a byte is a count
// that no text exceeds, so the budget holds.
func (c *counter) encode(text string) int {
	n, err := c.codec.Count(strings.ReplaceAll(text, deleted, alike))
	if err != nil {
		return len(text)
	}
	return n
}
