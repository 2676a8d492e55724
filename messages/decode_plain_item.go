package messages

import "github.com/context-manager/context-manager/messages/plainjson"

// readItems reads a list of items. One of a request is no longer than a batch may
// be, and has not what only replies have.
func readItems(r *plainjson.Reader, ofReply bool) []Item {
	items := []Item{}
	for more := r.Element(true); more; more = r.Element(false) {
		if len(items) == MaxItemsPerBatch && !ofReply {
			r.Fail()
			break
		}
		items = append(items, Item{})
		readItem(r, &items[len(items)-1], ofReply)
	}
	return items
}

func readItem(r *plainjson.Reader, out *Item, ofReply bool) {
	var seen plainjson.FieldSet
	for name := r.Field(true); name != nil; name = r.Field(false) {
		switch string(name) {
		case "id":
			r.Once(&seen, 0)
			out.ID = r.Text()
		case "level":
			r.Once(&seen, 1)
			out.Level = plainjson.Word(r, Levels[:])
		case "role":
			r.Once(&seen, 2)
			out.Role = plainjson.Word(r, Roles[:])
		case "name":
			r.Once(&seen, 3)
			out.Name = r.Text()
		case "text":
			r.Once(&seen, 4)
			out.Text = r.Text()
		case "time":
			r.Once(&seen, 5)
			out.Time = r.Whole()
		case "importance":
			r.Once(&seen, 6)
			importance := r.Float(64)
			out.Importance = &importance
		case "accesses":
			r.Once(&seen, 7)
			out.Accesses = r.Count()
		case "pinned":
			r.Once(&seen, 8)
			out.Pinned = r.Truth()
		case "group":
			r.Once(&seen, 9)
			out.Group = r.Text()
		case "metadata":
			r.Once(&seen, 10)
			out.Metadata = readMetadata(r)
		case "expires":
			r.Once(&seen, 11)
			out.Expires = r.Whole()
		case "language":
			r.Once(&seen, 12)
			out.Language = r.Text()
		case "embedding":
			r.Once(&seen, 13)
			out.Embedding = readEmbedding(r)
		case "tokens":
			r.Once(&seen, 14)
			out.Tokens = r.Count()
			if !ofReply {
				r.Fail()
			}
		case "revision":
			r.Once(&seen, 15)
			out.Revision = r.Sequence()
			if !ofReply {
				r.Fail()
			}
		default:
			r.Fail()
		}
	}
}

func readMetadata(r *plainjson.Reader) map[string]string {
	pairs := make(map[string]string)
	for name := r.Field(true); name != nil; name = r.Field(false) {
		if _, twice := pairs[string(name)]; twice || len(pairs) == MaxMetadataPairs {
			r.Fail()
			break
		}
		pairs[string(name)] = r.Text()
	}
	return pairs
}

func readEmbedding(r *plainjson.Reader) []float32 {
	vector := []float32{}
	for more := r.Element(true); more; more = r.Element(false) {
		if len(vector) == MaxEmbeddingDims {
			r.Fail()
			break
		}
		vector = append(vector, float32(r.Float(32)))
	}
	return vector
}
