// Package envelope decides whether a message is believed. It has the signed headers
// of requests and replies, the secrets that sign them, the ring of keys that workers
// know, and the order in which they judge what came. What messages say is in
// package messages.
//
// A caller's Signer signs requests (Signer.Headers) and proves the answers
// (Signer.VerifyReply). A worker's Verifier judges size, headers, time, signature
// and what the key may do, before anything of the body is parsed, and makes a
// Verified of what passes (Verifier.Verify), which signs the answer
// (Verified.SignReply). The envelope is in headers, so that the body is signed as
// the bytes it is. To review it, begin with verify.go.
//
// What it rests on in package messages: the bytes and the meaning of subjects
// (subjects.go, escape.go), the grant that an operation needs (grant.go), the one
// spelling of base64url (id.go), the form of a bundle (bundle.go), and the limits
// (limits.go). Whether a request was seen before is for the ledger, which comes after.
//
// Clients in other languages can check their signing with
// testdata/vectors.json, which testdata/README.md explains.
package envelope
