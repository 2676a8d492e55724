// Package messages has what is said on the wire of Context Manager: subjects,
// operations and the grants that they need, the bodies of requests and replies and
// of bundles of them, error codes and audit records, how they are checked, and
// their JSON. Whether a message is believed is for package envelope.
//
// It and envelope stand on the standard library alone, so any program can speak the
// protocol by importing them. The body of every message is JSON: Decode reads a
// request, DecodeReply a reply, and AppendJSON writes either. How JSON is read and
// written, whatever it says, is in package plainjson.
package messages
