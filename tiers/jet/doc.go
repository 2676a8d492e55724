// Package jet speaks JetStream over one connection with less than nats.go needs
// for it: requests share one subscription, reads that would wait share a
// request, and replies are read by hand. It knows streams, subjects, sequences
// and messages, and nothing of what they hold.
package jet
