package worker

import (
	"slices"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// A page of a list has as many items as it may, and its cursor leads to the next.
func TestAListHasNoMoreItemsThanItsLimit(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: turns("a", "b", "c", "d", "e")})
	var pages []int
	for request := (messages.ListRequest{Session: "s", Limit: 2}); ; {
		reply := list(t, r.ask, request)
		pages = append(pages, len(reply.Items))
		if request.Cursor = reply.Next; reply.Next == "" {
			break
		}
	}
	if !slices.Equal(pages, []int{2, 2, 1}) {
		t.Errorf("pages of %v items; want 2, 2 and the last", pages)
	}
	if whole := list(t, r.ask, messages.ListRequest{Session: "s", Limit: 5}); len(whole.Items) != 5 || whole.Next != "" {
		t.Errorf("%d items, then %q; want all of them and no other page", len(whole.Items), whole.Next)
	}
}

// What is named by its id is listed if the filter lets it through, too.
func TestAListOfIDsIsFiltered(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	items := turns("a", "b", "c")
	items[1].Role = messages.Assistant
	store(t, r.ask, messages.StoreRequest{Session: "s", Items: items})
	reply := list(t, r.ask, messages.ListRequest{
		Session: "s", IDs: []string{"t0", "t1"}, Filter: &messages.Filter{Roles: []messages.Role{messages.Assistant}},
	})
	if !slices.Equal(ids(reply.Items), []string{"t1"}) || reply.Total != 1 {
		t.Errorf("%v, of %d; want t1 alone", ids(reply.Items), reply.Total)
	}
}
