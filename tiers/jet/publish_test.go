package jet

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

func TestAcknowledgementsAreRead(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]uint64{
		`{"stream":"KV_ctx_short","seq":7}`:                        7,
		`{"stream":"KV_ctx_short", "seq": 18446744073709551615}`:   18446744073709551615,
		`{"stream":"s","domain":"hub","seq":12,"duplicate": true}`: 12,
	} {
		if seq, err := parseAck(&nats.Msg{Data: []byte(data)}); err != nil || seq != want {
			t.Errorf("%s: %d, %v", data, seq, err)
		}
	}
	for data, code := range map[string]bool{
		`{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 5"},"stream":"s","seq":0}`: true,
		`{"stream":"s"}`: false, `{"stream":"s","seq":0}`: false, `{"seq":"7"}`: false, `nonsense`: false, ``: false,
	} {
		_, err := parseAck(&nats.Msg{Data: []byte(data)})
		if err == nil || Conflicted(err) != code || code == errors.Is(err, errBadAck) {
			t.Errorf("%s: %v", data, err)
		}
	}
	none := &nats.Msg{Header: nats.Header{statusHeader: {statusNoOne}}}
	if _, err := parseAck(none); !errors.Is(err, nats.ErrNoResponders) || !Transient(err) {
		t.Errorf("no responders: %v", err)
	}
}

func TestLivesAreWholeSeconds(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{1: "1s", time.Second: "1s", 1500 * time.Millisecond: "2s", 15 * time.Minute: "900s"} {
		if got := wholeSeconds(d); got != want {
			t.Errorf("%v is %s; want %s", d, got, want)
		}
	}
}
