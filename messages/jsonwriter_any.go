package messages

import (
	"bytes"
	"encoding/json"
)

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
