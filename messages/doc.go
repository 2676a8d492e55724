// Package messages is the wire contract of Context Manager: subjects, the
// signed envelope, request and reply bodies, error codes and the key ring.
//
// It imports the standard library alone, so any program can speak the
// protocol by importing it. The body of every message is JSON; the envelope is
// in headers, so that the body is signed as the bytes it is, and a worker
// judges size and signature before it parses anything: Verifier.Verify is where.
//
// Clients in other languages can check their signing with
// testdata/vectors.json, which testdata/README.md explains.
package messages
