package chaos

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
)

// An output keeps the end of what a process writes.
type output struct {
	mu     sync.Mutex
	buffer bytes.Buffer
	serves bool
}

const keptOutput = 64 << 10

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.buffer.Len() > keptOutput {
		o.buffer.Next(o.buffer.Len() / 2)
	}
	o.buffer.Write(p)
	o.serves = o.serves || strings.Contains(o.buffer.String(), `"worker serves"`)
	return len(p), nil
}

func (o *output) served() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.serves
}

func (o *output) has(text string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Contains(o.buffer.String(), text)
}

// String is the end of the output.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.buffer.String()
	return fmt.Sprint("…", all[max(0, len(all)-4096):])
}
