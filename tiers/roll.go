package tiers

// A roll is the owners that a sweep has met and has not looked after yet: each
// once, though its segments lie apart. It is looked after when it is full.
type roll struct {
	names map[string]struct{} // wildcards
	bytes int                 // about what they take
	most  int                 // that they may take
	came  uint64              // subjects that they were met by
	upTo  uint64              // the sequence of the last of those
}

const (
	rollBytes = 10 << 20
	rollExtra = 100 // of each, beside its name
)

func newRoll(most int) *roll { return &roll{names: make(map[string]struct{}), most: most} }

func (r *roll) note(wildcard string) {
	if _, met := r.names[wildcard]; !met {
		r.names[wildcard] = struct{}{}
		r.bytes += len(wildcard) + rollExtra
	}
}

func (r *roll) full() bool { return r.bytes >= r.most }
