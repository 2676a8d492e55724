// Package messages is what is said on the wire of Context Manager: subjects,
// operations and the grants they need, request and reply bodies, bundles of them,
// error codes and audit records, with their validation and their JSON. Whether a
// message is believed is for package envelope.
//
// It imports the standard library alone, so any program can speak the protocol
// by importing it and envelope. The body of every message is JSON: Decode reads a
// request, DecodeReply a reply, AppendJSON writes either.
package messages
