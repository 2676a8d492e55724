// Package page holds the byte formats of Context Manager: segments, which are
// what JetStream stores, and pages, which are what bigcache stores, and the
// fold that makes the one from the other. Bytes in, bytes out: no clock, no
// I/O, the standard library alone.
//
// An owner's state is a log of segments. Every entry carries its origin: the
// stream sequence at which it was first written. For each item the highest
// origin wins, so segments may be folded in any order, and merged ones again,
// with one result. A page is that result up to a known sequence, laid out flat
// and already analysed for ranking.
package page
