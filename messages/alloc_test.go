package messages

import "testing"

// AllocsPerRun counts the whole program, so this test is not parallel.
func TestRepliesToABundleAreReadInAFewAllocations(t *testing.T) { //nolint:paralleltest // as said
	replies := PartReplies{}
	for i := range 32 {
		replies.Add(PartReply{Place: i, Status: 200, Body: []byte(`{"ids":[]}`)})
	}
	answer := replies.Take()
	got := testing.AllocsPerRun(50, func() {
		if _, err := ReadPartReplies(answer); err != nil {
			t.Error(err)
		}
	})
	if got > 8 {
		t.Errorf("32 replies are read in %v allocations, want 8 at most", got)
	}
}
