package messages

// writeAssembleReply writes an assembled context.
func writeAssembleReply(w *jsonWriter, r *AssembleReply) error {
	w.open('{')
	if len(r.Items) > 0 {
		writeItems(w, r.Items)
	}
	w.optionalText("text", r.Text)
	w.optionalText("system", r.System)
	if len(r.Messages) > 0 {
		writeMessages(w, r.Messages)
	}
	w.texts("ids", r.IDs)
	writeTokens(w, r.Tokens)
	writeRevision(w, "revision", r.Revision)
	writeAccount(w, r)
	if len(r.Explain) > 0 { // not hot: only people ask for it
		if err := w.any("explain", r.Explain); err != nil {
			return err
		}
	}
	w.close('}')
	return nil
}

// writeAssembleRequest writes what asks for a context.
func writeAssembleRequest(w *jsonWriter, r *AssembleRequest) error {
	w.open('{')
	w.optionalText("session", r.Session)
	w.optionalText("user", r.User)
	w.optionalText("query", r.Query)
	w.number("max_tokens", int64(r.MaxTokens))
	w.optionalNumber("reserve_tokens", int64(r.ReserveTokens))
	w.optionalNumber("max_items", int64(r.MaxItems))
	w.optionalText("format", string(r.Format))
	w.optionalTrue("explain", r.Explain)
	w.optionalNumber("now", r.Now)
	w.optionalNumber("half_life_ms", r.HalfLifeMS)
	if len(r.Embedding) > 0 {
		writeEmbedding(w, r.Embedding)
	}
	w.optionalNumber("max_stale_ms", r.MaxStaleMS)
	if r.MinRevision != nil {
		writeRevision(w, "min_revision", *r.MinRevision)
	}
	if r.Shares != nil {
		if err := w.any("shares", r.Shares); err != nil {
			return err
		}
	}
	if r.Filter != nil {
		if err := w.any("filter", r.Filter); err != nil {
			return err
		}
	}
	w.close('}')
	return nil
}

func writeMessages(w *jsonWriter, all []ChatMessage) {
	w.key("messages")
	w.open('[')
	for i := range all {
		w.next()
		w.open('{')
		w.text("role", all[i].Role)
		w.text("content", all[i].Content)
		w.optionalText("name", all[i].Name)
		w.close('}')
	}
	w.close(']')
}

func writeTokens(w *jsonWriter, t TokenCount) {
	w.key("tokens")
	w.open('{')
	w.number("total", int64(t.Total))
	w.number("max", int64(t.Max))
	w.number("immediate", int64(t.Immediate))
	w.number("short_term", int64(t.ShortTerm))
	w.number("long_term", int64(t.LongTerm))
	w.number("overhead", int64(t.Overhead))
	w.close('}')
}

func writeRevision(w *jsonWriter, name string, r Revision) {
	w.key(name)
	w.open('{')
	w.optionalSequence("session", r.Session)
	w.optionalSequence("user", r.User)
	w.close('}')
}

// writeAccount writes what of the answer is stale or missing.
func writeAccount(w *jsonWriter, r *AssembleReply) {
	if len(r.Stale) > 0 {
		w.key("stale")
		w.open('[')
		for _, s := range r.Stale {
			w.next()
			w.open('{')
			w.text("tier", s.Tier)
			w.number("age_ms", s.AgeMS)
			w.close('}')
		}
		w.close(']')
	}
	if len(r.Degraded) > 0 {
		w.key("degraded")
		w.open('[')
		for _, d := range r.Degraded {
			w.next()
			w.open('{')
			w.text("tier", d.Tier)
			w.text("reason", d.Reason)
			w.close('}')
		}
		w.close(']')
	}
}
