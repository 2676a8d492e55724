package messages

import (
	"maps"
	"slices"

	"github.com/context-manager/context-manager/messages/plainjson"
)

// writeStoreRequest writes a batch of items. Its list is never null.
func writeStoreRequest(w *plainjson.Writer, r *StoreRequest) {
	w.Open('{')
	w.OptionalText("session", r.Session)
	w.OptionalText("user", r.User)
	writeItems(w, r.Items)
	w.Close('}')
}

// writeStoreReply writes what was stored.
func writeStoreReply(w *plainjson.Writer, r *StoreReply) {
	w.Open('{')
	w.Texts("ids", r.IDs)
	w.Number("tokens", int64(r.Tokens))
	writeRevision(w, "revision", r.Revision)
	w.Close('}')
}

func writeItems(w *plainjson.Writer, items []Item) {
	w.Key("items")
	w.Open('[')
	for i := range items {
		w.Next()
		writeItem(w, &items[i])
	}
	w.Close(']')
}

func writeItem(w *plainjson.Writer, it *Item) {
	w.Open('{')
	w.OptionalText("id", it.ID)
	w.OptionalText("level", string(it.Level))
	w.OptionalText("role", string(it.Role))
	w.OptionalText("name", it.Name)
	w.Text("text", it.Text)
	w.OptionalNumber("time", it.Time)
	if it.Importance != nil {
		w.Key("importance")
		w.Float(*it.Importance, 64)
	}
	w.OptionalNumber("accesses", int64(it.Accesses))
	w.OptionalTrue("pinned", it.Pinned)
	w.OptionalText("group", it.Group)
	if len(it.Metadata) > 0 {
		writeMetadata(w, it.Metadata)
	}
	w.OptionalNumber("expires", it.Expires)
	w.OptionalText("language", it.Language)
	if len(it.Embedding) > 0 {
		writeEmbedding(w, it.Embedding)
	}
	w.OptionalNumber("tokens", int64(it.Tokens))
	w.OptionalSequence("revision", it.Revision)
	w.Close('}')
}

func writeMetadata(w *plainjson.Writer, pairs map[string]string) {
	w.Key("metadata")
	w.Open('{')
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		w.Pair(key, pairs[key])
	}
	w.Close('}')
}

func writeEmbedding(w *plainjson.Writer, vector []float32) {
	w.Key("embedding")
	w.Open('[')
	for _, x := range vector {
		w.Next()
		w.Float(float64(x), 32)
	}
	w.Close(']')
}
