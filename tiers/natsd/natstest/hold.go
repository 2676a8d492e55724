package natstest

import (
	"io"
	"net"
	"sync"
)

// Hold keeps back what clients send from now on, until Release, even when a
// client has left meanwhile: as a network does that is slow and loses nothing.
func (p *Proxy) Hold() { p.holdBack(true) }

// Release sends on what was held.
func (p *Proxy) Release() { p.holdBack(false) }

func (p *Proxy) holdBack(hold bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hold = hold
	p.turn.Broadcast()
}

// A backlog is what one client has sent and the server has not got yet.
type backlog struct {
	proxy *Proxy // its lock and its turn are the backlog's
	bytes []byte
	ended bool
}

// send takes all that a client sends at once, and gives it to the server as
// fast as the proxy lets it.
func (p *Proxy) send(out io.Writer, in net.Conn) {
	b := &backlog{proxy: p}
	var writing sync.WaitGroup
	writing.Go(func() { b.write(out) })
	part := make([]byte, 32<<10)
	for {
		n, err := in.Read(part)
		b.add(part[:n], err != nil)
		if err != nil {
			break
		}
	}
	writing.Wait()
}

func (b *backlog) add(part []byte, last bool) {
	b.proxy.mu.Lock()
	defer b.proxy.mu.Unlock()
	b.bytes, b.ended = append(b.bytes, part...), last
	b.proxy.waiting += len(part)
	b.proxy.turn.Broadcast()
}

// write ends when all is written that the client sent before it left. What the
// server does not take is dropped.
func (b *backlog) write(out io.Writer) {
	for {
		part, more := b.next()
		if _, err := out.Write(part); err != nil || !more {
			return
		}
	}
}

func (b *backlog) next() (part []byte, more bool) {
	b.proxy.mu.Lock()
	defer b.proxy.mu.Unlock()
	for b.proxy.hold || len(b.bytes) == 0 && !b.ended {
		b.proxy.turn.Wait()
	}
	part, b.bytes = b.bytes, nil
	b.proxy.waiting -= len(part)
	return part, !b.ended
}

// Holds tells whether anything is held back now.
func (p *Proxy) Holds() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hold && p.waiting > 0
}
