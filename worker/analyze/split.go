package analyze

// nextPiece returns the length of the first piece of s, which must not be
// empty. Pieces are what byte-pair encoding is applied to. The pattern is the
// one that OpenAI publishes for o200k_base; its seven branches are tried in
// order:
//
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
//	\p{N}{1,3}
//	 ?[^\s\p{L}\p{N}]+[\r\n/]*
//	\s*[\r\n]+
//	\s+(?!\S)
//	\s+
//
// A regular expression engine spends ten times as long on it.
func nextPiece(s string) int {
	first, size := classAt(s, 0)
	if n := wordPiece(s, first, size); n > 0 {
		return n
	}
	if first&digit != 0 {
		return digitPiece(s)
	}
	if n := signPiece(s, first, size); n > 0 {
		return n
	}
	return spacePiece(s)
}

// wordPiece tries the first two branches, each with and without a leading sign.
func wordPiece(s string, first class, size int) int {
	lead := first&(crlf|letter|digit) == 0 && size < len(s)
	if lead {
		if n := lowerWord(s, size); n > 0 {
			return n
		}
	}
	if n := lowerWord(s, 0); n > 0 {
		return n
	}
	if lead {
		if n := upperWord(s, size); n > 0 {
			return n
		}
	}
	return upperWord(s, 0)
}

// lowerWord matches upper* lower+ at i and returns where it ends, or 0. Runes
// of both sets go to upper* first and are given back if nothing is left for lower+.
func lowerWord(s string, i int) int {
	back := 0
	for i < len(s) {
		c, n := classAt(s, i)
		if c&upper == 0 {
			if c&lower != 0 {
				return contraction(s, runOf(s, i+n, lower))
			}
			break
		}
		i += n
		if c&lower != 0 {
			back = i
		}
	}
	if back == 0 {
		return 0
	}
	return contraction(s, back)
}

// upperWord matches upper+ lower* at i and returns where it ends, or 0.
func upperWord(s string, i int) int {
	end := runOf(s, i, upper)
	if end == i {
		return 0
	}
	return contraction(s, runOf(s, end, lower))
}

func digitPiece(s string) int {
	i := 0
	for range 3 {
		c, n := classAt(s, i)
		if c&digit == 0 {
			break
		}
		i += n
	}
	return i
}

func signPiece(s string, first class, size int) int {
	var i int
	if s[0] == ' ' {
		i = 1
	} else if first&(space|letter|digit) != 0 {
		return 0
	} else {
		i = size
	}
	for i < len(s) {
		c, n := classAt(s, i)
		if c&(space|letter|digit) != 0 {
			break
		}
		i += n
	}
	if i == 1 && s[0] == ' ' {
		return 0
	}
	for i < len(s) && (s[i] == '\r' || s[i] == '\n' || s[i] == '/') {
		i++
	}
	return i
}

// spacePiece matches the three branches of white space. The first of them ends
// with the first line feeds, where the pattern says with the last: so does the
// tokenizer's generated matcher, which looks for the last each time all the same,
// and what a context costs is what that counts. For a blank line with spaces in it
// o200k_base has a token less.
func spacePiece(s string) int {
	end, lastStart := 0, 0
	for end < len(s) {
		c, n := classAt(s, end)
		if c&space == 0 {
			break
		}
		if c&crlf != 0 {
			return runOf(s, end, crlf)
		}
		lastStart = end
		end += n
	}
	if end == len(s) || lastStart == 0 {
		return end
	}
	return lastStart
}

func runOf(s string, i int, set class) int {
	for i < len(s) {
		c, n := classAt(s, i)
		if c&set == 0 {
			break
		}
		i += n
	}
	return i
}

// contraction extends a word that ends at i by 's, 't, 're, 've, 'm, 'll or 'd.
func contraction(s string, i int) int {
	if i+1 >= len(s) || s[i] != '\'' {
		return i
	}
	switch s[i+1] | 0x20 {
	case 's', 't', 'm', 'd':
		return i + 2
	case 'r', 'v':
		if i+2 < len(s) && s[i+2]|0x20 == 'e' {
			return i + 3
		}
	case 'l':
		if i+2 < len(s) && s[i+2]|0x20 == 'l' {
			return i + 3
		}
	}
	// The long s folds to s.
	if n := len("ſ"); i+1+n <= len(s) && s[i+1:i+1+n] == "ſ" {
		return i + 1 + n
	}
	return i
}
