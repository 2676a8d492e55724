package streams

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

// OfBucket is the name of the stream that backs a KV bucket.
func OfBucket(bucket string) string { return "KV_" + bucket }

// RootOf is what the subjects of a bucket's keys begin with, with the dot.
func RootOf(bucket string) string { return "$KV." + bucket + "." }
