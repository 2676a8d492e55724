// Package tiers keeps and finds items: L1 is a cache of pages in this process,
// L2 and L3 are JetStream KV buckets for sessions and users. The ledger of
// request ids is here too.
//
// An owner (a session, or a user) has a log of segments, one KV key each:
// $KV.<bucket>.<tenant>.<owner>.<segment>. Reading folds the log into a page;
// L1 keeps pages, and a hit asks only for the segments that are newer. L2 and
// L3 are asked at the same time.
//
// A Tiers is safe for concurrent use. Run does the work in the background:
// compaction on every worker, garbage collection on the one that has the lease.
//
// Of what that needs, tiers/page has the formats, tiers/l1 is the cache,
// tiers/jet speaks JetStream, tiers/streams is all that a deployment has in it
// and makes what is missing, tiers/lease is held by one worker of many, and
// tiers/audit writes audit records.
package tiers
