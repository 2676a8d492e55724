package messages

import (
	"maps"
	"slices"
)

// storeRequest writes a batch of items. Its list is never null.
func (w *jsonWriter) storeRequest(r *StoreRequest) {
	w.open('{')
	w.optionalText("session", r.Session)
	w.optionalText("user", r.User)
	w.items(r.Items)
	w.close('}')
}

// storeReply writes what was stored.
func (w *jsonWriter) storeReply(r *StoreReply) {
	w.open('{')
	w.texts("ids", r.IDs)
	w.number("tokens", int64(r.Tokens))
	w.revision("revision", r.Revision)
	w.close('}')
}

func (w *jsonWriter) items(items []Item) {
	w.key("items")
	w.open('[')
	for i := range items {
		w.next()
		w.item(&items[i])
	}
	w.close(']')
}

func (w *jsonWriter) item(it *Item) {
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
	w.optionalTrue("pinned", it.Pinned)
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
