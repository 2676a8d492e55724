package plainjson

import (
	"bytes"
	"encoding/json"
)

// AppendAny appends a value of any type to dst, as encoding/json writes it, but that
// text stays as it is: to escape it for HTML would only make it longer.
func AppendAny(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}

// Any writes a member by way of AppendAny: what is seldom there.
func (w *Writer) Any(name string, value any) (err error) {
	w.Key(name)
	w.b, err = AppendAny(w.b, value)
	return err
}
