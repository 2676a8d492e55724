// Package tiers keeps and finds items: L1 is a cache of pages in this process
// (tiers/l1), L2 and L3 are JetStream KV buckets for sessions and users. The
// ledger of request ids is here too. What the deployment has in JetStream, and
// making it, is tiers/streams; tiers/jet speaks JetStream, for all of them.
//
// An owner (a session, or a user) has a log of segments, one KV key each:
// $KV.<bucket>.<tenant>.<owner>.<segment>. Reading folds the log into a page;
// L1 keeps pages, and a hit asks only for the segments that are newer. L2 and
// L3 are asked at the same time. See tiers/page for the formats.
//
// A Tiers is safe for concurrent use. Run does the work in the background:
// compaction on every worker, garbage collection on the one that has the lease.
package tiers
