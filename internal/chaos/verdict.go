package chaos

import (
	"maps"
	"slices"
)

// verdict tells what happened and whether it was right.
func (r *run) verdict() {
	r.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(r.happened)) {
		r.log("%3d × %s", r.happened[name], name)
	}
	for _, kind := range slices.Sorted(maps.Keys(r.h.amounts())) {
		r.log("%6d × %s", r.h.done[kind], kind)
	}
	for _, kind := range slices.Sorted(maps.Keys(r.h.failed)) {
		r.log("%6d × no %s", r.h.failed[kind], kind)
	}
	for _, broken := range r.h.broken {
		r.t.Error(broken)
	}
	if len(r.h.broken) > 0 {
		r.log("verdict: BROKEN, seed %d", r.o.Seed)
		return
	}
	r.log("verdict: every promise held, seed %d", r.o.Seed)
}
