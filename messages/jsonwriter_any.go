package messages

import (
	"bytes"
	"encoding/json"
)

// appendAny appends a value of any type to dst, as encoding/json writes it, but that
// text stays as it is: to escape it for HTML would only make it longer.
func appendAny(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}

// any writes a member by way of appendAny: what is seldom there.
func (w *jsonWriter) any(name string, value any) (err error) {
	w.key(name)
	w.b, err = appendAny(w.b, value)
	return err
}
