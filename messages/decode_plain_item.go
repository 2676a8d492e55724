package messages

// readItems reads a list of items. One of a request is no longer than a batch may
// be, and has not what only replies have.
func readItems(r *plainReader, ofReply bool) []Item {
	items := []Item{}
	for more := r.element(true); more; more = r.element(false) {
		if len(items) == MaxItemsPerBatch && !ofReply {
			r.fail()
			break
		}
		items = append(items, Item{})
		readItem(r, &items[len(items)-1], ofReply)
	}
	return items
}

func readItem(r *plainReader, out *Item, ofReply bool) {
	var seen fieldSet
	for name := r.field(true); name != nil; name = r.field(false) {
		switch string(name) {
		case "id":
			r.once(&seen, 0)
			out.ID = r.text()
		case "level":
			r.once(&seen, 1)
			out.Level = oneWord(r, Levels[:])
		case "role":
			r.once(&seen, 2)
			out.Role = oneWord(r, Roles[:])
		case "name":
			r.once(&seen, 3)
			out.Name = r.text()
		case "text":
			r.once(&seen, 4)
			out.Text = r.text()
		case "time":
			r.once(&seen, 5)
			out.Time = r.whole()
		case "importance":
			r.once(&seen, 6)
			importance := r.float(64)
			out.Importance = &importance
		case "accesses":
			r.once(&seen, 7)
			out.Accesses = r.count()
		case "pinned":
			r.once(&seen, 8)
			out.Pinned = r.truth()
		case "group":
			r.once(&seen, 9)
			out.Group = r.text()
		case "metadata":
			r.once(&seen, 10)
			out.Metadata = readMetadata(r)
		case "expires":
			r.once(&seen, 11)
			out.Expires = r.whole()
		case "language":
			r.once(&seen, 12)
			out.Language = r.text()
		case "embedding":
			r.once(&seen, 13)
			out.Embedding = readEmbedding(r)
		case "tokens":
			r.once(&seen, 14)
			out.Tokens = r.count()
			if !ofReply {
				r.fail()
			}
		case "revision":
			r.once(&seen, 15)
			out.Revision = r.sequence()
			if !ofReply {
				r.fail()
			}
		default:
			r.fail()
		}
	}
}

func readMetadata(r *plainReader) map[string]string {
	pairs := make(map[string]string)
	for name := r.field(true); name != nil; name = r.field(false) {
		if _, twice := pairs[string(name)]; twice || len(pairs) == MaxMetadataPairs {
			r.fail()
			break
		}
		pairs[string(name)] = r.text()
	}
	return pairs
}

func readEmbedding(r *plainReader) []float32 {
	vector := []float32{}
	for more := r.element(true); more; more = r.element(false) {
		if len(vector) == MaxEmbeddingDims {
			r.fail()
			break
		}
		vector = append(vector, float32(r.float(32)))
	}
	return vector
}
