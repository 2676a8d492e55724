package rig

import (
	"context"
	"net"
	"sync"
)

// wire dials a worker's connection and can cut it.
type wire struct {
	mu   sync.Mutex
	conn net.Conn
	dead bool
}

// Dial is nats.CustomDialer.
func (w *wire) Dial(network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: startTimeout}).DialContext(context.Background(), network, address)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
	return conn, err
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = true
	_ = w.conn.Close() // it is gone either way
}

func (w *wire) isCut() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dead
}
