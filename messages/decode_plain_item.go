package messages

// items reads a list of items, no longer than a batch may be if it is of a request.
func (r *plainReader) items() []Item {
	items := []Item{}
	for more := r.element(true); more; more = r.element(false) {
		if len(items) == MaxItemsPerBatch && !r.replies {
			r.fail()
			break
		}
		items = append(items, Item{})
		r.item(&items[len(items)-1])
	}
	return items
}

func (r *plainReader) item(out *Item) {
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
			out.Metadata = r.metadata()
		case "expires":
			r.once(&seen, 11)
			out.Expires = r.whole()
		case "language":
			r.once(&seen, 12)
			out.Language = r.text()
		case "embedding":
			r.once(&seen, 13)
			out.Embedding = r.embedding()
		case "tokens":
			r.once(&seen, 14)
			out.Tokens = r.count()
			r.failed = r.failed || !r.replies
		case "revision":
			r.once(&seen, 15)
			out.Revision = r.sequence()
			r.failed = r.failed || !r.replies
		default:
			r.fail()
		}
	}
}

func (r *plainReader) metadata() map[string]string {
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

func (r *plainReader) embedding() []float32 {
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
