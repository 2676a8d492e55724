package worker

import (
	"bytes"
	"encoding/json"
	"sync"

	"github.com/context-manager/context-manager/messages"
)

// maxKeptBuffer is the largest buffer that is used again: a seldom, large
// reply must not hold its memory for ever.
const maxKeptBuffer = 1 << 20

// buffers are what replies are written into. A reply is copied when it is
// published, so its buffer can be used again right after.
type buffers struct{ pool sync.Pool }

func (b *buffers) get() []byte {
	if kept, ok := b.pool.Get().(*[]byte); ok {
		return (*kept)[:0]
	}
	return make([]byte, 0, 16<<10)
}

func (b *buffers) put(used []byte) {
	if cap(used) > 0 && cap(used) <= maxKeptBuffer {
		b.pool.Put(&used)
	}
}

// encode writes a reply as JSON.
func (b *buffers) encode(reply any) ([]byte, error) {
	if r, ok := reply.(*messages.AssembleReply); ok {
		return encodeAssemble(b.get(), r)
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
