// Package assemble ranks the items of a session and a user against a query
// and packs the best of them into a token budget. It is pure: no clock, no
// I/O, no logging. What it needs to know of language is computed before, by
// package analyze, at write time for items and once a request for the query.
package assemble
