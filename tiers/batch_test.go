package tiers

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/tiers/jet"
)

func TestAnswersAreReadByTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	data := func(seq string) *nats.Msg {
		return &nats.Msg{Data: []byte("x"), Header: nats.Header{"Nats-Subject": {"$KV.b.t.o.n"}, "Nats-Sequence": {seq}}}
	}
	end := &nats.Msg{Header: nats.Header{"Status": {"204"}, "Nats-UpTo-Sequence": {"9"}, "Nats-Num-Pending": {"0"}}}
	whole := jet.Replies{data("3"), data("7"), end}
	b, err := parseBatch("$KV.b.t.o.>", whole)
	if err != nil || len(b.segs) != 2 || b.upTo != 9 || b.segs[1].Name != "n" {
		t.Errorf("whole: %+v, %v", b, err)
	}
	if _, err := parseBatch("$KV.b.t.o.>", jet.Replies{data("many"), end}); err == nil {
		t.Error("a sequence that is no number was taken")
	}
	more := &nats.Msg{Header: nats.Header{"Status": {"204"}, "Nats-UpTo-Sequence": {"9"}, "Nats-Num-Pending": {"3"}}}
	if _, err := parseBatch("$KV.b.t.o.>", jet.Replies{more}); !errors.Is(err, jet.ErrLost) {
		t.Errorf("nothing, of which there is more: %v", err)
	}
	for _, wildcard := range []string{"$KV.b.t.other.>", "$KV.b.t.o.n.>", "$KV.b.t.o-.>", "$KV.c.t.o.>"} {
		if b, err := parseBatch(wildcard, whole); !errors.Is(err, errStray) || len(b.segs) > 0 || !passing(err) {
			t.Errorf("to who asked for %s: %+v, %v", wildcard, b, err)
		}
	}
}

func TestStatusesOfDirectGet(t *testing.T) {
	t.Parallel()
	reply := func(status string, text ...string) jet.Replies {
		return jet.Replies{{Header: nats.Header{"Status": {status}, "Description": append(text, "text")}}}
	}
	if b, err := parseBatch("$KV.b.t.o.>", reply("404", "No Results")); err != nil || !b.none {
		t.Errorf("404, none: %+v, %v", b, err)
	}
	for _, text := range []string{"Message Not Found", "Stream Offline", ""} {
		if b, err := parseBatch("$KV.b.t.o.>", reply("404", text)); !errors.Is(err, jet.ErrChanging) || tierFailed(err) || b.none {
			t.Errorf("404 %q is taken for an owner that has nothing: %+v, %v", text, b, err)
		}
		if _, err := parseBatch("$KV.b.t.o.>", reply("404", text)); jet.NothingNext(err) != (text == "Message Not Found") {
			t.Errorf("404 %q as the end of a walk: %v", text, err)
		}
	}
	if _, err := parseBatch("$KV.b.t.o.>", reply("413")); !errors.Is(err, jet.ErrTooMany) {
		t.Errorf("413: %v", err)
	}
	if _, err := parseBatch("$KV.b.t.o.>", reply("503")); !errors.Is(err, nats.ErrNoResponders) {
		t.Errorf("503: %v", err)
	}
	var status *jet.StatusError
	if _, err := parseBatch("$KV.b.t.o.>", reply("408")); !errors.As(err, &status) || !tierFailed(err) {
		t.Errorf("408: %v", err)
	}
}
