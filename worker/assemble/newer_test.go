package assemble

import "testing"

// TestSubjectsAreFoundWithoutALookAtAllOthers: a user's facts may have as many
// subjects as there are facts.
func TestSubjectsAreFoundWithoutALookAtAllOthers(t *testing.T) {
	t.Parallel()
	const most = 40_000
	var s subjects
	s.begin(most)
	for i := range uint32(most) {
		s.of(int32(i/16), 1<<(i%16)).score = float32(i)
	}
	for i := range uint32(most) {
		if at := s.of(int32(i/16), 1<<(i%16)); at.score != float32(i) {
			t.Fatalf("subject %d is not found again: %+v", i, *at)
		}
	}
	if len(s.all) != most {
		t.Errorf("%d subjects are kept as %d", most, len(s.all))
	}
	for _, first := range s.buckets {
		length := 0
		for i := first; i != 0; i = s.all[i-1].next {
			length++
		}
		if length > 16 {
			t.Fatalf("%d subjects share a bucket", length)
		}
	}
}
