package sendbuf

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A gate is a connection that lets writes through one by one, and remembers them.
type gate struct {
	net.Conn               // nil: whatever else is used fails the test
	there    chan struct{} // a write stands before the gate
	open     chan struct{}
	mu       sync.Mutex
	writes   [][]byte
	err      error
	closed   bool
}

func newGate() *gate { return &gate{there: make(chan struct{}, 1), open: make(chan struct{})} }

func (g *gate) Write(p []byte) (int, error) {
	select {
	case g.there <- struct{}{}:
	default:
	}
	<-g.open
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err != nil {
		return 0, g.err
	}
	g.writes = append(g.writes, bytes.Clone(p))
	return len(p), nil
}

func (g *gate) SetWriteDeadline(time.Time) error { return nil }

func (g *gate) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	return nil
}

func (g *gate) written() [][]byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.writes
}

func TestWhatIsWrittenMeanwhileLeavesInOneWrite(t *testing.T) {
	t.Parallel()
	g := newGate()
	c := newConn(g, time.Minute)
	mustWrite(t, c, "first ")
	<-g.there
	for _, text := range []string{"second ", "third ", "fourth"} {
		mustWrite(t, c, text)
	}
	close(g.open)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	got := g.written()
	if len(got) != 2 || string(got[0]) != "first " || string(got[1]) != "second third fourth" {
		t.Errorf("written as %q, want the first alone and the others together", got)
	}
}

func mustWrite(t *testing.T, c io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// pipe is a Conn and what its other end gets of it.
func pipe(t interface{ Fatal(...any) }, stall time.Duration) (*Conn, net.Conn) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	near, err := Dialer{Stall: stall}.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return near.(*Conn), far
}

func TestEverythingArrivesInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(mostHeld-2, mostHeld+2), rapid.IntRange(0, 3*mostHeld)), 1, 30).Draw(t, "sizes")
		c, far := pipe(t, time.Minute)
		got := make(chan []byte)
		go func() {
			all, _ := io.ReadAll(far) // short of what was sent if it failed
			got <- all
		}()
		var want []byte
		for n, size := range sizes {
			p := bytes.Repeat([]byte{byte(n)}, size)
			want = append(want, p...)
			if wrote, err := c.Write(p); err != nil || wrote != size {
				t.Fatal(wrote, err)
			}
			clear(p) // it is the caller's again
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if all := <-got; !bytes.Equal(all, want) {
			t.Fatalf("%d bytes arrived, not the %d sent", len(all), len(want))
		}
		_ = far.Close()
	})
}

func TestWritersWaitForRoom(t *testing.T) {
	t.Parallel()
	g := newGate()
	c := newConn(g, time.Minute)
	var writers sync.WaitGroup
	for range 20 {
		writers.Go(func() {
			for range 10 {
				if _, err := c.Write(make([]byte, mostHeld/4)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 200 {
		c.mu.Lock()
		if held := len(c.held); held > mostHeld {
			t.Errorf("%d bytes are held, of %d", held, mostHeld)
		}
		c.mu.Unlock()
		select {
		case g.open <- struct{}{}:
		default:
		}
	}
	close(g.open)
	writers.Wait()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if all := len(bytes.Join(g.written(), nil)); all != 50*mostHeld {
		t.Errorf("%d bytes were written, want %d", all, 50*mostHeld)
	}
}

func TestAFailureEndsTheConnection(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	g := newGate()
	g.err = broken
	close(g.open)
	c := newConn(g, time.Minute)
	mustWrite(t, c, "lost")
	<-c.gone
	if _, err := c.Write([]byte("more")); !errors.Is(err, broken) {
		t.Errorf("a write after the failure: %v, want the failure", err)
	}
	if !g.closed {
		t.Error("the connection is open still: its reader would not learn of the failure")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnotherSideThatTakesNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	c, far := pipe(t, 50*time.Millisecond)
	defer func() { _ = far.Close() }()
	var err error
	for range 1000 {
		if _, err = c.Write(make([]byte, mostHeld)); err != nil {
			break
		}
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("128 MB to somebody who reads nothing: %v, want that the time is over", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	c, far := pipe(t, time.Minute)
	defer func() { _ = far.Close() }()
	mustWrite(t, c, "last words")
	for range 2 {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := io.ReadAll(far); string(got) != "last words" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := c.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a write after Close: %v", err)
	}
}
