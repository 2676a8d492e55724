package worker

import (
	"maps"
	"slices"

	"github.com/context-manager/context-manager/messages"
)

// encodeAssemble appends an assembled context to dst. Members are those of
// messages.AssembleReply, in its order.
func encodeAssemble(dst []byte, r *messages.AssembleReply) ([]byte, error) {
	w := jsonWriter{b: dst}
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
	w.revision(r.Revision)
	w.account(r)
	if len(r.Explain) > 0 { // not hot: only people ask for it
		explain, err := marshal(r.Explain)
		if err != nil {
			return nil, err
		}
		w.raw("explain", explain)
	}
	w.close('}')
	return w.b, nil
}

func (w *jsonWriter) items(items []messages.Item) {
	w.key("items")
	w.open('[')
	for i := range items {
		w.next()
		w.item(&items[i])
	}
	w.close(']')
}

func (w *jsonWriter) item(it *messages.Item) {
	w.open('{')
	w.optionalText("id", it.ID)
	w.optionalText("level", string(it.Level))
	w.optionalText("role", string(it.Role))
	w.optionalText("name", it.Name)
	w.text("text", it.Text)
	w.optionalNumber("time", it.Time)
	if it.Importance != nil {
		w.key("importance")
		w.b = appendFloat(w.b, *it.Importance, 64)
	}
	w.optionalNumber("accesses", int64(it.Accesses))
	if it.Pinned {
		w.key("pinned")
		w.b = append(w.b, "true"...)
	}
	w.optionalText("group", it.Group)
	if len(it.Metadata) > 0 {
		w.metadata(it.Metadata)
	}
	w.optionalNumber("expires", it.Expires)
	w.optionalText("language", it.Language)
	if len(it.Embedding) > 0 {
		w.embedding(it.Embedding)
	}
	w.optionalNumber("tokens", int64(it.Tokens))
	w.optionalSequence("revision", it.Revision)
	w.close('}')
}

func (w *jsonWriter) metadata(pairs map[string]string) {
	w.key("metadata")
	w.open('{')
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		w.next()
		w.b = append(appendJSONString(w.b, key), ':')
		w.b = appendJSONString(w.b, pairs[key])
	}
	w.close('}')
}

func (w *jsonWriter) embedding(vector []float32) {
	w.key("embedding")
	w.open('[')
	for _, x := range vector {
		w.next()
		w.b = appendFloat(w.b, float64(x), 32)
	}
	w.close(']')
}

func (w *jsonWriter) messages(all []messages.ChatMessage) {
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

func (w *jsonWriter) tokens(t messages.TokenCount) {
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

func (w *jsonWriter) revision(r messages.Revision) {
	w.key("revision")
	w.open('{')
	w.optionalSequence("session", r.Session)
	w.optionalSequence("user", r.User)
	w.close('}')
}

// account writes what of the answer is stale or missing.
func (w *jsonWriter) account(r *messages.AssembleReply) {
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
