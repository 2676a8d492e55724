package analyze

import "github.com/context-manager/context-manager/worker/assemble"

// Framing returns what each format costs besides its items.
func (a *Analyzer) Framing() assemble.Framing {
	heading := func(text string) assemble.Heading {
		return assemble.Heading{Text: text, Tokens: a.Count(text)}
	}
	return assemble.Framing{
		Facts:   heading("Known about the user:\n"),
		Earlier: heading("Earlier in this conversation:\n"),
		Message: 3 + a.Count("assistant"),
		Name:    1,
		Priming: 3,
		Count:   a.Count,
	}
}
