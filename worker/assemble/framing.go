package assemble

// A Heading is a line above a part of a context, and its cost.
type Heading struct {
	Text   string // ends in a line feed
	Tokens int
}

// Framing is what a rendered context costs besides its items. Package analyze
// computes it with the tokenizer that counted the items.
//
// The per-message figures are those of OpenAI's published counting ("How to
// count tokens with tiktoken", OpenAI Cookbook): three tokens around each
// message plus its role, one more for a name, three that prime the answer.
// Anthropic publishes no tokenizer, so its format is counted the same way.
type Framing struct {
	Facts   Heading // above long-term facts in a system text
	Earlier Heading // above earlier turns in a system text
	Message int     // around one chat message, its role included
	Name    int     // around a chat message's name, the name itself not included
	Priming int     // once for a list of chat messages
	// Count counts the tokens of a text. Names of chat messages are the only
	// texts that are counted while a context is assembled.
	Count func(text string) int
}
