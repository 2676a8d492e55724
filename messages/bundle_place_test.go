package messages

import "testing"

// A reply that does not say whose it is is nobody's: not the first request's.
func TestAReplyWithoutAPlaceHasNone(t *testing.T) {
	t.Parallel()
	replies, err := ReadPartReplies([]byte(`{"replies":[{"status":200,"body":{}}]}`))
	if err != nil || len(replies) != 1 || replies[0].Place >= 0 {
		t.Errorf("got %+v, %v; want no place", replies, err)
	}
}
