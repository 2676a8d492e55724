// Package chaos runs a deployment under mixed load while it kills, stops and
// cuts parts of it at random, and then checks from outside that the promises
// held:
//
//   - what was acknowledged is there, once: stores, jobs, deletes
//   - nothing is there that was never sent
//   - a call that fails says why, by a code
//   - an answer has seen the revision that was asked for
//   - compare-and-set updates are linearizable
//   - poison becomes one dead letter each, and nothing else becomes one
//   - a worker that is told to stop exits with 0
//   - when the faults end all work goes on, without anybody's help
//
// Servers are real nats-servers in this process, one or a cluster of three.
// Workers are processes of their own, and reach the servers through proxies
// that can be cut. A seed decides which fault comes when and what is asked;
// what meets what remains a matter of timing.
//
// It is for tests alone: scripts/chaos runs it as one.
package chaos
