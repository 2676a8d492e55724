package messages

import "unicode/utf8"

// plainly reads body into out, a request of the hot path, and tells whether it
// could. If not, out is to be thrown away.
func plainly(body []byte, out any) bool {
	r := plainReader{b: body}
	switch out := out.(type) {
	case *AssembleRequest:
		r.assembleRequest(out)
	case *StoreRequest:
		r.storeRequest(out)
	default:
		return false
	}
	r.space()
	return !r.failed && r.i == len(body) && utf8.Valid(body)
}

func (r *plainReader) assembleRequest(out *AssembleRequest) {
	var seen fieldSet
	for name := r.field(true); name != nil; name = r.field(false) {
		switch string(name) {
		case "session":
			r.once(&seen, 0)
			out.Session = r.text()
		case "user":
			r.once(&seen, 1)
			out.User = r.text()
		case "query":
			r.once(&seen, 2)
			out.Query = r.text()
		case "max_tokens":
			r.once(&seen, 3)
			out.MaxTokens = r.count()
		case "reserve_tokens":
			r.once(&seen, 4)
			out.ReserveTokens = r.count()
		case "max_items":
			r.once(&seen, 5)
			out.MaxItems = r.count()
		case "format":
			r.once(&seen, 6)
			out.Format = Format(r.text())
		case "now":
			r.once(&seen, 7)
			out.Now = r.whole()
		case "half_life_ms":
			r.once(&seen, 8)
			out.HalfLifeMS = r.whole()
		case "embedding":
			r.once(&seen, 9)
			out.Embedding = r.embedding()
		case "max_stale_ms":
			r.once(&seen, 10)
			out.MaxStaleMS = r.whole()
		case "min_revision":
			r.once(&seen, 11)
			least := r.revision()
			out.MinRevision = &least
		default: // shares, filter, explain: seldom, or unknown
			r.fail()
		}
	}
}

func (r *plainReader) storeRequest(out *StoreRequest) {
	var seen fieldSet
	for name := r.field(true); name != nil; name = r.field(false) {
		switch string(name) {
		case "session":
			r.once(&seen, 0)
			out.Session = r.text()
		case "user":
			r.once(&seen, 1)
			out.User = r.text()
		case "items":
			r.once(&seen, 2)
			out.Items = r.items()
		default:
			r.fail()
		}
	}
}

func (r *plainReader) revision() (out Revision) {
	var seen fieldSet
	for name := r.field(true); name != nil; name = r.field(false) {
		switch string(name) {
		case "session":
			r.once(&seen, 0)
			out.Session = r.sequence()
		case "user":
			r.once(&seen, 1)
			out.User = r.sequence()
		default:
			r.fail()
		}
	}
	return out
}
