package tiers

import (
	"strings"

	"github.com/context-manager/context-manager/messages"
)

// Names of what a deployment has in JetStream. They follow from the prefix.
type Names struct {
	Short, Long, Ledger, Lease string // KV buckets
	Jobs, Dead, Audit          string // streams
	Consumer                   string // durable pull consumer of Jobs
}

// NamesOf gives the names under a prefix: ctx_short, CTX_JOBS and so on. A dot
// of the prefix becomes "-", since JetStream names have none.
func NamesOf(prefix string) Names {
	if prefix == "" {
		prefix = messages.DefaultPrefix
	}
	p := strings.ReplaceAll(prefix, ".", "-")
	upper := strings.ToUpper(p)
	return Names{
		Short: p + "_short", Long: p + "_long", Ledger: p + "_ledger", Lease: p + "_lease",
		Jobs: upper + "_JOBS", Dead: upper + "_DEAD", Audit: upper + "_AUDIT",
		Consumer: "ctx-workers",
	}
}

// streamOf is the stream that backs a KV bucket.
func streamOf(bucket string) string { return "KV_" + bucket }

// rootOf is what the subjects of a bucket's keys begin with.
func rootOf(bucket string) string { return "$KV." + bucket + "." }

// Segments that workers write by themselves have names that no request's
// segment can have: Escape writes only hexadecimal digits after "=".
const (
	mergedPrefix  = "=m" // made by compaction
	evictedPrefix = "=g" // tombstones written by garbage collection
	proofPrefix   = "=p" // nothing, written to prove that nothing else was
)

// ownerSubject is the subject of all of an owner's segments, and its key in L1.
func ownerSubject(root string, o messages.Owner) string {
	b := make([]byte, 0, len(root)+len(o.Tenant)+len(o.ID)+16)
	b = append(b, root...)
	b = append(messages.AppendEscaped(b, o.Tenant), '.')
	b = append(messages.AppendEscaped(b, o.ID), '.', '>')
	return string(b)
}

// segmentSubject is the subject of one segment of the owner whose wildcard is given.
func segmentSubject(wildcard, token string) string {
	return wildcard[:len(wildcard)-1] + token
}

// wildcardOf is the owner's wildcard of a segment's subject.
func wildcardOf(subject string) string { return subject[:strings.LastIndexByte(subject, '.')+1] + ">" }

// segmentName is the last token of a segment's subject.
func segmentName(subject string) string { return subject[strings.LastIndexByte(subject, '.')+1:] }

// isUnder tells whether a segment's subject is of the owner whose wildcard is given.
func isUnder(wildcard, subject string) bool {
	return strings.HasPrefix(subject, wildcard[:len(wildcard)-1])
}
