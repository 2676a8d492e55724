package worker

import (
	"bytes"
	"encoding/json"

	"github.com/context-manager/context-manager/messages"
)

// encode writes a reply as JSON.
func encode(reply any) ([]byte, error) {
	if r, ok := reply.(*messages.AssembleReply); ok {
		return encodeAssemble(r)
	}
	return marshal(reply)
}

// marshal writes JSON without escaping for HTML, which would only make it longer.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}
