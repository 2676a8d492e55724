package envelope

import "github.com/context-manager/context-manager/messages"

// DefaultAudience is the audience of a deployment that was given none.
const DefaultAudience = "default"

const maxAudienceBytes = 128

// CheckAudience refuses the name of a deployment that could be read as more
// than one line of what is signed. Empty stands for DefaultAudience.
func CheckAudience(audience string) error {
	return messages.CheckID("audience", orDefault(audience), maxAudienceBytes)
}

func orDefault(audience string) string {
	if audience == "" {
		return DefaultAudience
	}
	return audience
}
