package fold_test

import (
	"testing"

	"github.com/context-manager/context-manager/worker/analyze/fold"
)

func TestAccentsAreLeftOut(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"cafe": "cafe", "café": "cafe", "Ðe": "Ðe", "žluťoučký": "zlutoucky", "françaıse": "francaise", "łódź": "lodz", "știință": "stiinta",
		"àáâãäåāăą": "aaaaaaaaa", "çćčďđ": "cccdd", "èéêëēęě": "eeeeeee", "ìíîïīıį": "iiiiiii", "ñńňņòóôõöøōő": "nnnnoooooooo",
		"ùúûüūůűųśšşș": "uuuuuuuussss", "žźżýÿğłľřŕťţț": "zzzyygllrrttt", // as earlier builds did
		"nguyễn": "nguyen", "nội": "noi", "phở": "pho", "đường": "duong", "ŝŵķ": "swk", "þæt": "þaet",
		"ελλάδα": "ελλαδα", "δρόμος": "δρομοσ", "ΐ": "ι", "йод": "йод", "її": "її", "が": "が", "한글": "한글", "किताबें": "किताबें", "أحمد": "أحمد",
		"привет": "привет", "東京": "東京", "": "",
	} {
		if got := fold.Accents(word); got != want {
			t.Errorf("%q is folded to %q, want %q", word, got, want)
		}
	}
}

func TestLettersThatPeopleSpareThemselves(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"straße": "strasse", "cœur": "coeur", "ёлка": "елка", "йод": "йод", "eﬃcient": "efficient", "ﬂour": "flour", "café": "café", "wood": "wood"} {
		if got := fold.Spelling(word); got != want {
			t.Errorf("%q is spelt %q, want %q", word, got, want)
		}
	}
}

// TestSignsAsWideAsIdeographsAreTheUsualOnes, from the first to the last.
func TestSignsAsWideAsIdeographsAreTheUsualOnes(t *testing.T) {
	t.Parallel()
	for wide, want := range map[rune]rune{'！': '!', 'Ａ': 'A', '９': '9', '～': '~', '\uff00': '\uff00', '\uff5f': '\uff5f', 'あ': 'あ', 'a': 'a'} {
		if got := fold.Width(wide); got != want {
			t.Errorf("%q is folded to %q, want %q", wide, got, want)
		}
	}
}
