package messages

import "github.com/context-manager/context-manager/messages/plainjson"

// writeAssembleReply writes an assembled context.
func writeAssembleReply(w *plainjson.Writer, r *AssembleReply) error {
	w.Open('{')
	if len(r.Items) > 0 {
		writeItems(w, r.Items)
	}
	w.OptionalText("text", r.Text)
	w.OptionalText("system", r.System)
	if len(r.Messages) > 0 {
		writeMessages(w, r.Messages)
	}
	w.Texts("ids", r.IDs)
	writeTokens(w, r.Tokens)
	writeRevision(w, "revision", r.Revision)
	writeAccount(w, r)
	if len(r.Explain) > 0 { // not hot: only people ask for it
		if err := w.Any("explain", r.Explain); err != nil {
			return err
		}
	}
	w.Close('}')
	return nil
}

// writeAssembleRequest writes what asks for a context.
func writeAssembleRequest(w *plainjson.Writer, r *AssembleRequest) error {
	w.Open('{')
	w.OptionalText("session", r.Session)
	w.OptionalText("user", r.User)
	w.OptionalText("query", r.Query)
	w.Number("max_tokens", int64(r.MaxTokens))
	w.OptionalNumber("reserve_tokens", int64(r.ReserveTokens))
	w.OptionalNumber("max_items", int64(r.MaxItems))
	w.OptionalText("format", string(r.Format))
	w.OptionalTrue("explain", r.Explain)
	w.OptionalNumber("now", r.Now)
	w.OptionalNumber("half_life_ms", r.HalfLifeMS)
	if len(r.Embedding) > 0 {
		writeEmbedding(w, r.Embedding)
	}
	w.OptionalNumber("max_stale_ms", r.MaxStaleMS)
	if r.MinRevision != nil {
		writeRevision(w, "min_revision", *r.MinRevision)
	}
	if r.Shares != nil {
		if err := w.Any("shares", r.Shares); err != nil {
			return err
		}
	}
	if r.Filter != nil {
		if err := w.Any("filter", r.Filter); err != nil {
			return err
		}
	}
	w.Close('}')
	return nil
}

func writeMessages(w *plainjson.Writer, all []ChatMessage) {
	w.Key("messages")
	w.Open('[')
	for i := range all {
		w.Next()
		w.Open('{')
		w.Text("role", all[i].Role)
		w.Text("content", all[i].Content)
		w.OptionalText("name", all[i].Name)
		w.Close('}')
	}
	w.Close(']')
}

func writeTokens(w *plainjson.Writer, t TokenCount) {
	w.Key("tokens")
	w.Open('{')
	w.Number("total", int64(t.Total))
	w.Number("max", int64(t.Max))
	w.Number("immediate", int64(t.Immediate))
	w.Number("short_term", int64(t.ShortTerm))
	w.Number("long_term", int64(t.LongTerm))
	w.Number("overhead", int64(t.Overhead))
	w.Close('}')
}

func writeRevision(w *plainjson.Writer, name string, r Revision) {
	w.Key(name)
	w.Open('{')
	w.OptionalSequence("session", r.Session)
	w.OptionalSequence("user", r.User)
	w.Close('}')
}

// writeAccount writes what of the answer is stale or missing.
func writeAccount(w *plainjson.Writer, r *AssembleReply) {
	if len(r.Stale) > 0 {
		w.Key("stale")
		w.Open('[')
		for _, s := range r.Stale {
			w.Next()
			w.Open('{')
			w.Text("tier", s.Tier)
			w.Number("age_ms", s.AgeMS)
			w.Close('}')
		}
		w.Close(']')
	}
	if len(r.Degraded) > 0 {
		w.Key("degraded")
		w.Open('[')
		for _, d := range r.Degraded {
			w.Next()
			w.Open('{')
			w.Text("tier", d.Tier)
			w.Text("reason", d.Reason)
			w.Close('}')
		}
		w.Close(']')
	}
}
