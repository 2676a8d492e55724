// Package worker serves Context Manager's requests. A worker takes messages
// from two lanes, the ask lane (request and reply) and the job lane (a work
// queue), and takes every one of them the same way:
//
//	bytes → admission → verify → seen here → rate → ledger → decode → operation → signed reply → settled
//
// What requests ask for is done by package operations, whose table a worker has.
// An operation runs on a messages.Verified alone, which verification alone can
// make, so no unverified message reaches one. The package reads and writes
// through the small interfaces of Deps, which package tiers satisfies.
package worker
