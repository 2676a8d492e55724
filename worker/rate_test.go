package worker

import (
	"fmt"
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// verifiedBy makes a verified request of a key.
func verifiedBy(t testing.TB, key messages.Key, now time.Time) messages.Verified {
	t.Helper()
	key.Secrets, key.Tenants, key.Grants = []messages.Secret{secretOf(key.ID)}, []string{messages.AnyTenant}, messages.Grants[:]
	subjects, err := messages.NewSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	ring, err := messages.NewRing([]messages.Key{key})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := messages.NewSigner(key.ID, key.Secrets[0], testAudience)
	if err != nil {
		t.Fatal(err)
	}
	subject := subjects.Job("t", messages.OpList)
	v, err := messages.NewVerifier(testAudience, subjects, ring, messages.VerifierOptions{}).Verify(messages.Incoming{
		Lane: messages.LaneJob, Subject: subject, Now: now, StreamTime: now, Header: signer.Headers(messages.Unsigned{
			Subject: subject, ID: "AAAAAAAAAAAAAAAAAAAAAA", Time: now.UnixMilli(), Expires: now.UnixMilli() + 1000,
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRatesLetABurstThroughAndThenTheRate(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := newRates()
	v := verifiedBy(t, messages.Key{ID: "k", Rate: 10, Burst: 3}, now)
	passed := 0
	for ms := range 1000 { // a request every millisecond of a second
		switch wait := r.take(v, now.Add(time.Duration(ms)*time.Millisecond)); {
		case wait == 0:
			passed++
		case wait > 100*time.Millisecond:
			t.Fatalf("told to wait %s; want at most the 100 ms of one token", wait)
		}
	}
	if passed < 12 || passed > 13 {
		t.Errorf("%d of a thousand requests passed; want the burst of 3 and 10 a second", passed)
	}
	if r.take(verifiedBy(t, messages.Key{ID: "free"}, now), now) != 0 {
		t.Error("a key without a rate has to wait")
	}
}

func TestJobsThatArePutOffComeBackOneByOne(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := newRates()
	v := verifiedBy(t, messages.Key{ID: "k", Rate: 10, Burst: 1}, now)
	for i := 1; i <= 50; i++ {
		want := min(time.Duration(i)*100*time.Millisecond, 3*time.Second)
		if got := r.queue(v, now, 3*time.Second); got != want {
			t.Fatalf("the %d. job is put off for %s; want %s", i, got, want)
		}
	}
}

func TestRatesFollowAReloadAndForgetIdleKeys(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	r := newRates()
	r.take(verifiedBy(t, messages.Key{ID: "k", Rate: 1, Burst: 1}, now), now)
	faster := verifiedBy(t, messages.Key{ID: "k", Rate: 1000, Burst: 1}, now)
	r.take(faster, now) // the reload is noticed
	if r.take(faster, now.Add(2*time.Millisecond)) != 0 {
		t.Error("the key's new rate is not in force")
	}
	for i := range 3 * maxBuckets {
		now = now.Add(time.Second)
		r.take(verifiedBy(t, messages.Key{ID: fmt.Sprintf("key%d", i), Rate: 10, Burst: 1}, now), now)
	}
	if n := len(r.buckets); n > maxBuckets+1 {
		t.Errorf("%d buckets are kept", n)
	}
}
