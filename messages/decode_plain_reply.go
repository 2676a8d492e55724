package messages

// What replies have, as AppendJSON writes it. That a name comes twice is not
// looked for: a worker has signed it.

// readTokens reads what a context costs.
func readTokens(r *plainReader) (t TokenCount) {
	for name := r.field(true); name != nil; name = r.field(false) {
		switch string(name) {
		case "total":
			t.Total = r.count()
		case "max":
			t.Max = r.count()
		case "immediate":
			t.Immediate = r.count()
		case "short_term":
			t.ShortTerm = r.count()
		case "long_term":
			t.LongTerm = r.count()
		case "overhead":
			t.Overhead = r.count()
		default:
			r.fail()
		}
	}
	return t
}

// readChat reads the messages of a reply.
func readChat(r *plainReader) []ChatMessage {
	all := []ChatMessage{}
	for more := r.element(true); more; more = r.element(false) {
		var m ChatMessage
		for name := r.field(true); name != nil; name = r.field(false) {
			switch string(name) {
			case "role":
				m.Role = r.text()
			case "content":
				m.Content = r.text()
			case "name":
				m.Name = r.text()
			default:
				r.fail()
			}
		}
		all = append(all, m)
	}
	return all
}

// readStale reads which tiers are not known to be fresh.
func readStale(r *plainReader) []Staleness {
	list := []Staleness{}
	for more := r.element(true); more; more = r.element(false) {
		var s Staleness
		for name := r.field(true); name != nil; name = r.field(false) {
			switch string(name) {
			case "tier":
				s.Tier = r.text()
			case "age_ms":
				s.AgeMS = r.whole()
			default:
				r.fail()
			}
		}
		list = append(list, s)
	}
	return list
}

// readReplyItems reads the items of a reply.
func readReplyItems(r *plainReader) []Item { return readItems(r, true) }
