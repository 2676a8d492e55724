package analyze

import (
	"slices"

	"github.com/context-manager/context-manager/tiers/page"
)

// aboutWhom tells whose turns an English question is about, of a user who asks
// an assistant: "What did I pay?" is answered by the one, "What did you
// recommend?" by the other. Its first subject says so, or else whose something
// is ("my budget"). A request to answer is none: "can you tell me when I ...",
// "do you remember my ...".
func aboutWhom(words []string) page.Role {
	var owner page.Role
	for i, w := range words {
		switch w {
		case "i", "im", "ive":
			return page.User
		case "you", "u", "youve", "youre":
			if !requests(words, i) {
				return page.Assistant
			}
		case "my", "mine", "our":
			owner = max(owner, page.User)
		case "your", "yours":
			owner = max(owner, page.Assistant)
		case "we", "they", "he", "she":
			return 0
		}
	}
	return owner
}

// requests tells whether "you" at i only asks for the answer.
func requests(words []string, i int) bool {
	before, after := "", ""
	if i > 0 {
		before = words[i-1]
	}
	if i+1 < len(words) {
		after = words[i+1]
	}
	return slices.Contains([]string{"can", "could", "would", "will", "thank"}, before) ||
		slices.Contains([]string{"remember", "recall", "know", "think", "remind"}, after)
}
