// Package streams is everything that a deployment has in JetStream, in one
// place: what it is called, how it is set, making what is missing, and noticing
// where what is there differs.
package streams
