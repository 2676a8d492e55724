// Package envelope is whether a message is believed: the signed headers of
// requests and replies, the secrets that sign them, the key ring, and the order
// in which a worker judges what came. What messages say is in package messages.
//
// A caller's Signer signs a request, Headers, and proves the answer, VerifyReply.
// A worker's Verifier turns what came into a Verified or refuses it, Verify, by
// size, headers, time, signature and what the key may do, before anything of the
// body is parsed; the Verified signs the answer, SignReply. The envelope is in
// headers, so that the body is signed as the bytes it is.
//
// All that this rests on elsewhere is in package messages: what a subject names
// and which bytes it may have (subjects.go, escape.go), which grant an operation
// needs (grant.go), canonical base64url (id.go), and what a bundle is (bundle.go).
// Whether a request was seen before is for the ledger, which comes after.
//
// Clients in other languages can check their signing with
// testdata/vectors.json, which testdata/README.md explains.
package envelope
