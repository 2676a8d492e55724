package messages

import (
	"maps"
	"slices"
)

// writeStoreRequest writes a batch of items. Its list is never null.
func writeStoreRequest(w *jsonWriter, r *StoreRequest) {
	w.open('{')
	w.optionalText("session", r.Session)
	w.optionalText("user", r.User)
	writeItems(w, r.Items)
	w.close('}')
}

// writeStoreReply writes what was stored.
func writeStoreReply(w *jsonWriter, r *StoreReply) {
	w.open('{')
	w.texts("ids", r.IDs)
	w.number("tokens", int64(r.Tokens))
	writeRevision(w, "revision", r.Revision)
	w.close('}')
}

func writeItems(w *jsonWriter, items []Item) {
	w.key("items")
	w.open('[')
	for i := range items {
		w.next()
		writeItem(w, &items[i])
	}
	w.close(']')
}

func writeItem(w *jsonWriter, it *Item) {
	w.open('{')
	w.optionalText("id", it.ID)
	w.optionalText("level", string(it.Level))
	w.optionalText("role", string(it.Role))
	w.optionalText("name", it.Name)
	w.text("text", it.Text)
	w.optionalNumber("time", it.Time)
	if it.Importance != nil {
		w.key("importance")
		w.float(*it.Importance, 64)
	}
	w.optionalNumber("accesses", int64(it.Accesses))
	w.optionalTrue("pinned", it.Pinned)
	w.optionalText("group", it.Group)
	if len(it.Metadata) > 0 {
		writeMetadata(w, it.Metadata)
	}
	w.optionalNumber("expires", it.Expires)
	w.optionalText("language", it.Language)
	if len(it.Embedding) > 0 {
		writeEmbedding(w, it.Embedding)
	}
	w.optionalNumber("tokens", int64(it.Tokens))
	w.optionalSequence("revision", it.Revision)
	w.close('}')
}

func writeMetadata(w *jsonWriter, pairs map[string]string) {
	w.key("metadata")
	w.open('{')
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		w.pair(key, pairs[key])
	}
	w.close('}')
}

func writeEmbedding(w *jsonWriter, vector []float32) {
	w.key("embedding")
	w.open('[')
	for _, x := range vector {
		w.next()
		w.float(float64(x), 32)
	}
	w.close(']')
}
