// Package operations does what requests ask for: it stores and changes items,
// lists them, and assembles contexts of them. An operation takes a Request and
// gives its reply; by which lane a request came, whether it came before, and what
// becomes of the reply is package worker's business.
//
// A Request has a messages.Verified, which verification alone can make, so no
// unverified message reaches an operation. What owners have is read through
// Reader and written through Log, which package tiers satisfies.
package operations
