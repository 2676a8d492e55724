package messages

import (
	"bytes"
	"encoding/json"
)

// AppendJSON appends v, a request or a reply, to dst as compact JSON. Text
// stays as it is: to escape it for HTML would only make it longer. Store and
// assemble are written by hand, which takes a third of the time and no
// allocation (BenchmarkEncode); whatever else is sent goes through
// encoding/json, whose errors AppendJSON gives.
func AppendJSON(dst []byte, v any) ([]byte, error) {
	w := jsonWriter{b: dst}
	var err error
	switch v := v.(type) {
	case *AssembleReply:
		err = w.assembleReply(v)
	case *AssembleRequest:
		err = w.assembleRequest(v)
	case *StoreRequest:
		w.storeRequest(v)
	case *StoreReply:
		w.storeReply(v)
	case *UpdateRequest:
		return appendAny(dst, emptied(*v))
	default:
		return appendAny(dst, v)
	}
	return w.b, err
}

// appendAny leaves a value to encoding/json.
func appendAny(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}

// rare writes a member that few requests and replies have.
func (w *jsonWriter) rare(name string, value any) (err error) {
	w.key(name)
	w.b, err = appendAny(w.b, value)
	return err
}
