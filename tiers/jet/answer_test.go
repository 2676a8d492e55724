package jet

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go"
)

func TestBatchesWithMissingRepliesAreRefused(t *testing.T) {
	t.Parallel()
	data := func(seq, before string) *nats.Msg {
		return &nats.Msg{Data: []byte("x"), Header: nats.Header{
			subjectHeader: {"log.a.n"}, sequenceHeader: {seq}, beforeHeader: {before}}}
	}
	end := func(last string) *nats.Msg {
		return &nats.Msg{Header: nats.Header{statusHeader: {statusEnd}, beforeHeader: {last}, upToHeader: {"9"}, pendingHeader: {"0"}}}
	}
	for name, replies := range map[string]Replies{
		"the first is gone": {data("4", "3"), end("4")},
		"one inside":        {data("3", "0"), data("7", "5"), end("7")},
		"the last is gone":  {data("3", "0"), end("7")},
		"the only one":      {end("3")},
	} {
		if err := replies.whole(); !errors.Is(err, ErrLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole := Replies{data("3", "0"), data("7", "3"), end("7")}
	if err := whole.whole(); err != nil {
		t.Errorf("whole: %v", err)
	}
	if end, err := whole.End(); err != nil || end.UpTo != 9 || end.None || end.More != 0 || len(whole.Messages()) != 2 {
		t.Errorf("its end: %+v, %v", end, err)
	}
	if subject, seq, err := PlaceOf(whole[1]); subject != "log.a.n" || seq != 7 || err != nil {
		t.Errorf("a message at %d of %s: %v", seq, subject, err)
	}
	if _, _, err := PlaceOf(data("many", "0")); err == nil {
		t.Error("a sequence that is no number was taken")
	}
}

func TestWildcardsCoverWholeTokens(t *testing.T) {
	t.Parallel()
	for wildcard, covers := range map[string]bool{"log.a.>": true, "log.>": true, "log.a.n.>": false, "log.a-.>": false, "log.b.>": false} {
		if Under(wildcard, "log.a.n") != covers {
			t.Errorf("%s covers log.a.n: %v", wildcard, !covers)
		}
	}
}

func TestStatusesOfAnAnswer(t *testing.T) {
	t.Parallel()
	end := func(status, text string) (End, error) {
		return Replies{{Header: nats.Header{statusHeader: {status}, descriptionHeader: {text}}}}.End()
	}
	if e, err := end(statusNone, noResults); err != nil || !e.None {
		t.Errorf("404, none: %+v, %v", e, err)
	}
	for _, text := range []string{notFound, "Stream Offline", ""} {
		if e, err := end(statusNone, text); !errors.Is(err, ErrChanging) || e.None || NothingNext(err) != (text == notFound) {
			t.Errorf("404 %q: %+v, %v", text, e, err)
		}
	}
	if e, err := end(statusEnd, "EOB"); err == nil {
		t.Errorf("204 that does not say whether there is more: %+v", e)
	}
	if _, err := end(statusTooMany, ""); !errors.Is(err, ErrTooMany) {
		t.Errorf("413: %v", err)
	}
	if _, err := end(statusNoOne, ""); !errors.Is(err, nats.ErrNoResponders) {
		t.Errorf("503: %v", err)
	}
	var status *StatusError
	if _, err := end("408", "Empty Request"); !errors.As(err, &status) || status.Status != "408" {
		t.Errorf("408: %v", err)
	}
}
