package analyze

import "unicode/utf8"

// countLine counts the tokens of a rendered line, which ends in a text and a
// line feed, and of that text, which is most of it: pieces that both have are
// counted once. Where the text begins its first piece may be another than the
// line's, since what comes before may be a part of that. From the first place on
// where a piece begins in both, all pieces are the same but the line's last, if
// the line feed is one with what stands before it.
func (c *counter) countLine(line, text string) (ofLine, ofText int) {
	if !utf8.ValidString(line) {
		return c.count(line), c.count(text)
	}
	end := len(line) - 1
	inLine, inText := 0, end-len(text) // where the next piece of each begins
	for inLine < len(line) || inText < end {
		switch {
		case inLine < inText:
			n := nextPiece(line[inLine:])
			ofLine += c.piece(line[inLine : inLine+n])
			inLine += n
		case inLine > inText:
			n := nextPiece(line[inText:end])
			ofText += c.piece(line[inText : inText+n])
			inText += n
		default:
			n := nextPiece(line[inLine:])
			if inLine+n > end {
				return ofLine + c.count(line[inLine:]), ofText + c.count(line[inText:end])
			}
			tokens := c.piece(line[inLine : inLine+n])
			ofLine, ofText = ofLine+tokens, ofText+tokens
			inLine, inText = inLine+n, inText+n
		}
	}
	return ofLine, ofText
}
