package sendbuf

import (
	"errors"
	"net"
	"runtime"
	"sync"
	"time"
)

const (
	// mostHeld is how much waits to be written before writers wait too. What is
	// larger by itself is not held: its writer writes it, so much at a time.
	mostHeld = 128 << 10
	// farewell is how long Close goes on writing what was taken.
	farewell = time.Second
)

// A Conn is a net.Conn whose Write takes bytes and sees to it that they are
// written, in order. A failure ends the connection: its reader learns of it at
// once, later writes report it. Write deadlines have no meaning for bytes that
// go later, so setting one has no effect: the dialer's Stall bounds them.
type Conn struct {
	net.Conn
	late *time.Timer   // ends a write that takes too long, and what Close waits for
	gone chan struct{} // closed when the goroutine that writes has ended

	mu      sync.Mutex
	changed sync.Cond // anything of what follows
	held    []byte    // taken, to be written
	spare   []byte    // held's other half: what was written last
	writing bool      // somebody uses the connection
	stall   time.Duration
	closing bool
	failed  error
}

func newConn(to net.Conn, stall time.Duration) *Conn {
	c := &Conn{Conn: to, stall: stall, gone: make(chan struct{})}
	c.changed.L = &c.mu
	c.late = time.AfterFunc(stall, func() { _ = to.SetWriteDeadline(longAgo()) }) // of a connection that is closed: too late to matter
	c.late.Stop()
	go c.run()
	return c
}

// Write takes p, or waits until there is room for it.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.failed == nil && !c.closing && !c.fits(len(p)) {
		c.changed.Wait()
	}
	switch {
	case c.failed != nil:
		return 0, c.failed
	case c.closing:
		return 0, net.ErrClosed
	case len(p) > mostHeld:
		return c.write(p)
	}
	c.held = append(c.held, p...)
	c.changed.Broadcast()
	return len(p), nil
}

// fits tells whether n bytes can be taken now: what is not held goes when all before it is gone.
func (c *Conn) fits(n int) bool {
	if n > mostHeld {
		return len(c.held) == 0 && !c.writing
	}
	return len(c.held)+n <= mostHeld
}

// run writes what is held until the connection is closed or has failed.
func (c *Conn) run() {
	defer close(c.gone)
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.wait() {
		c.mu.Unlock()
		runtime.Gosched() // others who have something to send may do so first
		c.mu.Lock()
		out := c.held
		c.held, c.spare = c.spare[:0], nil
		_, _ = c.write(out)
		c.spare = out
	}
}

// wait waits until there is something to write, and tells whether there will be.
func (c *Conn) wait() bool {
	for c.failed == nil && (c.writing || len(c.held) == 0) {
		if c.closing && !c.writing {
			return false
		}
		c.changed.Wait()
	}
	return c.failed == nil
}

// write writes to the connection, a part at a time, and nobody else does
// meanwhile. It is a part that must not take too long: of what is large the other
// side may take a little all the time.
func (c *Conn) write(p []byte) (n int, err error) {
	c.writing = true
	for err == nil && n < len(p) {
		var wrote int
		wrote, err = c.writePart(p[n:min(len(p), n+mostHeld)])
		n += wrote
	}
	if !c.closing {
		c.late.Stop()
	}
	c.writing = false
	if err != nil && c.failed == nil {
		c.failed = err
		_ = c.Conn.Close() // the failure is what matters
	}
	c.changed.Broadcast()
	return n, err
}

// writePart writes without the lock.
func (c *Conn) writePart(p []byte) (int, error) {
	if !c.closing { // else Close has said when the last is over
		c.late.Reset(c.stall)
	}
	c.mu.Unlock()
	defer c.mu.Lock()
	return c.Conn.Write(p)
}

// Close writes what was taken, for a second at most, and closes the connection.
func (c *Conn) Close() error {
	c.mu.Lock()
	if !c.closing {
		c.closing = true
		c.late.Reset(min(c.stall, farewell)) // for all that is left
	}
	c.changed.Broadcast()
	c.mu.Unlock()
	<-c.gone
	c.late.Stop()
	if err := c.Conn.Close(); !errors.Is(err, net.ErrClosed) { // as one that has failed is
		return err
	}
	return nil
}

// longAgo is a deadline that is over, which ends what waits.
func longAgo() time.Time { return time.Unix(1, 0) }

// SetDeadline sets the deadline of reads.
func (c *Conn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetWriteDeadline does nothing: see Conn.
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }
