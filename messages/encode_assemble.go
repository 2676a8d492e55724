package messages

// assembleReply writes an assembled context.
func (w *jsonWriter) assembleReply(r *AssembleReply) error {
	w.open('{')
	if len(r.Items) > 0 {
		w.items(r.Items)
	}
	w.optionalText("text", r.Text)
	w.optionalText("system", r.System)
	if len(r.Messages) > 0 {
		w.messages(r.Messages)
	}
	w.texts("ids", r.IDs)
	w.tokens(r.Tokens)
	w.revision("revision", r.Revision)
	w.account(r)
	if len(r.Explain) > 0 { // not hot: only people ask for it
		if err := w.rare("explain", r.Explain); err != nil {
			return err
		}
	}
	w.close('}')
	return nil
}

// assembleRequest writes what asks for a context.
func (w *jsonWriter) assembleRequest(r *AssembleRequest) error {
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
		w.embedding(r.Embedding)
	}
	w.optionalNumber("max_stale_ms", r.MaxStaleMS)
	if r.MinRevision != nil {
		w.revision("min_revision", *r.MinRevision)
	}
	if r.Shares != nil {
		if err := w.rare("shares", r.Shares); err != nil {
			return err
		}
	}
	if r.Filter != nil {
		if err := w.rare("filter", r.Filter); err != nil {
			return err
		}
	}
	w.close('}')
	return nil
}

func (w *jsonWriter) messages(all []ChatMessage) {
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

func (w *jsonWriter) tokens(t TokenCount) {
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

func (w *jsonWriter) revision(name string, r Revision) {
	w.key(name)
	w.open('{')
	w.optionalSequence("session", r.Session)
	w.optionalSequence("user", r.User)
	w.close('}')
}

// account writes what of the answer is stale or missing.
func (w *jsonWriter) account(r *AssembleReply) {
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
