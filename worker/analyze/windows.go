package analyze

import (
	"strings"
	"unicode/utf8"
)

// Byte-pair encoding takes some thirty times the memory of a piece, and a text
// without spaces is one piece: ten MiB of one letter took 300. So a long piece is
// encoded a window at a time.
//
// The tokens of two windows are those of both together if the last of the one and
// the first of the other are what encoding makes of these two: a sequence of
// tokens is an encoding if all neighbours in it are (corollaries II and III in the
// README of the crate bpe, github.com/github/rust-gems). That is seldom so where a
// window happens to end, and nearly always a few tokens before, where the next one begins.

// window is how many bytes are encoded at once.
const window = 32 << 10

// An encoding is the tokens of a piece, or of a part of one. It is false if the
// part would not be one piece by itself, or cannot be encoded.
type encoding func(part string) (tokens []string, ok bool)

// inWindows counts the tokens of a piece so many bytes at a time. It is false if
// there is no place for a window to end.
func inWindows(piece string, bytes int, encode encoding) (total int, ok bool) {
	tokens, ok := encode(beginning(piece, bytes))
	for ok && bytes < len(piece) {
		var kept, at int
		if kept, at, tokens, ok = nextWindow(piece, bytes, tokens, encode); ok {
			total, piece = total+kept, piece[at:]
		}
	}
	return total + len(tokens), ok
}

// nextWindow finds where the window that a piece begins with, of these tokens, is
// to end: how many of them stay, how many bytes they have, and the tokens of the
// window that begins there.
func nextWindow(piece string, bytes int, tokens []string, encode encoding) (kept, at int, next []string, ok bool) {
	const first, most = 4, 64 // tokens that are given back
	at = len(beginning(piece, bytes))
	for back := 1; back <= most && back < len(tokens); back++ {
		kept = len(tokens) - back
		at -= len(tokens[kept])
		if back < first || !utf8.RuneStart(piece[at]) {
			continue
		}
		if next, ok = encode(beginning(piece[at:], bytes)); ok && neighbours(tokens[kept-1], next[0], tokens[kept], encode) {
			return kept, at, next, true
		}
	}
	return 0, 0, nil, false
}

// neighbours tells whether a token may stand before another: it does before the
// one that is known to follow it.
func neighbours(a, b, follows string, encode encoding) bool {
	if b == follows {
		return true
	}
	both, ok := encode(a + b)
	return ok && len(both) == 2 && both[0] == a
}

// beginning is the first bytes of a piece, up to so many and not half a character.
func beginning(piece string, bytes int) string {
	if bytes >= len(piece) {
		return piece
	}
	for !utf8.RuneStart(piece[bytes]) {
		bytes--
	}
	return piece[:bytes]
}

// tokens encodes a part of a piece.
func (c *counter) tokens(part string) ([]string, bool) {
	if !utf8.ValidString(part) || nextPiece(part) != len(part) {
		return nil, false
	}
	_, tokens, err := c.codec.Encode(strings.ReplaceAll(part, deleted, alike))
	return tokens, err == nil
}
