package sendbuf

import (
	"errors"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A slow connection takes as long for every write, or part of one, unless its time is over before.
type slow struct {
	net.Conn // nil: whatever else is used fails the test
	takes    time.Duration
	part     int // bytes that take so long, 0 for all of a write
	once     sync.Once
	over     chan struct{}
}

func (s *slow) Write(p []byte) (int, error) {
	takes := s.takes
	if s.part > 0 {
		takes *= time.Duration(len(p) / s.part)
	}
	select {
	case <-time.After(takes):
		return len(p), nil
	case <-s.over:
		return 0, os.ErrDeadlineExceeded
	}
}

func (s *slow) SetWriteDeadline(time.Time) error {
	s.once.Do(func() { close(s.over) })
	return nil
}

func (s *slow) Close() error { return nil }

// However many writes are left when a connection is closed, all of them
// together have a second.
func TestCloseTakesASecondAtMost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		takes, want time.Duration
		lost        bool
	}{
		"each write in time, and not both": {9 * farewell / 10, farewell, true},
		"both in time":                     {farewell / 4, farewell / 2, false},
		"not even the first":               {time.Hour, farewell, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				to := &slow{takes: c.takes, over: make(chan struct{})}
				conn := newConn(to, time.Minute)
				mustWrite(t, conn, "one")
				synctest.Wait() // it is being written
				mustWrite(t, conn, "two")
				at := time.Now()
				if err := conn.Close(); err != nil {
					t.Error(err)
				}
				if took := time.Since(at); took != c.want {
					t.Errorf("it took %v; want %v", took, c.want)
				}
				if lost := errors.Is(conn.failed, os.ErrDeadlineExceeded); lost != c.lost {
					t.Errorf("ended with %v", conn.failed)
				}
			})
		})
	}
}

// A large message takes long on a narrow line, whose other side takes of it all
// the time: that is no stall, however long all of it takes.
func TestANarrowLineIsNoStall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to := &slow{takes: time.Minute / 2, part: mostHeld, over: make(chan struct{})}
		conn := newConn(to, time.Minute)
		if n, err := conn.Write(make([]byte, 10*mostHeld)); err != nil || n != 10*mostHeld {
			t.Errorf("wrote %d bytes, %v; want all, as a part of them went every half minute", n, err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
}
