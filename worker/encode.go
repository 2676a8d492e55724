package worker

import (
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
func (b *buffers) encode(reply any) ([]byte, error) { return messages.AppendJSON(b.get(), reply) }
