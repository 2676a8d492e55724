package tiers

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/context-manager/context-manager/messages"
)

// Segments that workers write by themselves have names that no request's
// segment can have: Escape writes only hexadecimal digits after "=".
const (
	mergedPrefix  = "=m" // made by compaction
	evictedPrefix = "=g" // tombstones written by garbage collection
	proofPrefix   = "=p" // nothing, written to prove that nothing else was
)

// nobody is what no owner's subjects are under, by the same rule, and nobodys what
// a worker writes under that.
const (
	nobody  = "=.>"
	nobodys = "=.=.>"
)

// ownName makes a name for a segment of the worker's own, which nobody else uses.
func ownName(prefix string) string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails
	return prefix + hex.EncodeToString(b[:])
}

// isMerged tells whether a segment of this name was made by compaction.
func isMerged(name string) bool { return strings.HasPrefix(name, mergedPrefix) }

// isProof tells whether a segment of this name proves that nothing was written.
func isProof(name string) bool { return strings.HasPrefix(name, proofPrefix) }

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
