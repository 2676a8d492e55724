package messages

import (
	"unicode/utf8"

	"github.com/context-manager/context-manager/messages/plainjson"
)

// plainly reads body into out, a request of the hot path, and tells whether it
// could. If not, out is to be thrown away. What it does not take is left to the
// general way, and it takes nothing that the general way refuses (FuzzPlainReader).
// An assemble is so decoded in less than a tenth of the time (BenchmarkDecodePlain).
func plainly(body []byte, out any) bool {
	r := plainjson.NewReader(body)
	switch out := out.(type) {
	case *AssembleRequest:
		readAssembleRequest(&r, out)
	case *StoreRequest:
		readStoreRequest(&r, out)
	default:
		return false
	}
	return r.Ended() && utf8.Valid(body)
}

func readAssembleRequest(r *plainjson.Reader, out *AssembleRequest) {
	var seen plainjson.FieldSet
	for name := r.Field(true); name != nil; name = r.Field(false) {
		switch string(name) {
		case "session":
			r.Once(&seen, 0)
			out.Session = r.Text()
		case "user":
			r.Once(&seen, 1)
			out.User = r.Text()
		case "query":
			r.Once(&seen, 2)
			out.Query = r.Text()
		case "max_tokens":
			r.Once(&seen, 3)
			out.MaxTokens = r.Count()
		case "reserve_tokens":
			r.Once(&seen, 4)
			out.ReserveTokens = r.Count()
		case "max_items":
			r.Once(&seen, 5)
			out.MaxItems = r.Count()
		case "format":
			r.Once(&seen, 6)
			out.Format = Format(r.Text())
		case "now":
			r.Once(&seen, 7)
			out.Now = r.Whole()
		case "half_life_ms":
			r.Once(&seen, 8)
			out.HalfLifeMS = r.Whole()
		case "embedding":
			r.Once(&seen, 9)
			out.Embedding = readEmbedding(r)
		case "max_stale_ms":
			r.Once(&seen, 10)
			out.MaxStaleMS = r.Whole()
		case "min_revision":
			r.Once(&seen, 11)
			least := readRevision(r)
			out.MinRevision = &least
		default: // shares, filter, explain: seldom, or unknown
			r.Fail()
		}
	}
}

func readStoreRequest(r *plainjson.Reader, out *StoreRequest) {
	var seen plainjson.FieldSet
	for name := r.Field(true); name != nil; name = r.Field(false) {
		switch string(name) {
		case "session":
			r.Once(&seen, 0)
			out.Session = r.Text()
		case "user":
			r.Once(&seen, 1)
			out.User = r.Text()
		case "items":
			r.Once(&seen, 2)
			out.Items = readItems(r, false)
		default:
			r.Fail()
		}
	}
}

func readRevision(r *plainjson.Reader) (out Revision) {
	var seen plainjson.FieldSet
	for name := r.Field(true); name != nil; name = r.Field(false) {
		switch string(name) {
		case "session":
			r.Once(&seen, 0)
			out.Session = r.Sequence()
		case "user":
			r.Once(&seen, 1)
			out.User = r.Sequence()
		default:
			r.Fail()
		}
	}
	return out
}
