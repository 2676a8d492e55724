package messages

import "github.com/context-manager/context-manager/messages/plainjson"

// What replies have, as AppendJSON writes it. That a name comes twice is not
// looked for: a worker has signed it.

// readTokens reads what a context costs.
func readTokens(r *plainjson.Reader) (t TokenCount) {
	for name := r.Field(true); name != nil; name = r.Field(false) {
		switch string(name) {
		case "total":
			t.Total = r.Count()
		case "max":
			t.Max = r.Count()
		case "immediate":
			t.Immediate = r.Count()
		case "short_term":
			t.ShortTerm = r.Count()
		case "long_term":
			t.LongTerm = r.Count()
		case "overhead":
			t.Overhead = r.Count()
		default:
			r.Fail()
		}
	}
	return t
}

// readChat reads the messages of a reply.
func readChat(r *plainjson.Reader) []ChatMessage {
	all := []ChatMessage{}
	for more := r.Element(true); more; more = r.Element(false) {
		var m ChatMessage
		for name := r.Field(true); name != nil; name = r.Field(false) {
			switch string(name) {
			case "role":
				m.Role = r.Text()
			case "content":
				m.Content = r.Text()
			case "name":
				m.Name = r.Text()
			default:
				r.Fail()
			}
		}
		all = append(all, m)
	}
	return all
}

// readStale reads which tiers are not known to be fresh.
func readStale(r *plainjson.Reader) []Staleness {
	list := []Staleness{}
	for more := r.Element(true); more; more = r.Element(false) {
		var s Staleness
		for name := r.Field(true); name != nil; name = r.Field(false) {
			switch string(name) {
			case "tier":
				s.Tier = r.Text()
			case "age_ms":
				s.AgeMS = r.Whole()
			default:
				r.Fail()
			}
		}
		list = append(list, s)
	}
	return list
}

// readReplyItems reads the items of a reply.
func readReplyItems(r *plainjson.Reader) []Item { return readItems(r, true) }
