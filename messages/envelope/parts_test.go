package envelope

import (
	"reflect"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// bundle is a verified message with this body.
func (w *world) bundle(tb testing.TB, body []byte) Verified {
	tb.Helper()
	u := w.unsigned()
	u.Body = body
	return w.mustVerify(tb, w.askSigned(w.signer, u))
}

// All that was proved of a bundle is so of each of its requests.
func TestABundlesRequestsDifferInIDAndBodyAlone(t *testing.T) {
	t.Parallel()
	bodies := [][]byte{[]byte(`{"a":1}`), []byte(`{}`), []byte(`{"a":1}`)}
	whole := newWorld(t).bundle(t, messages.AppendBundle(nil, bodies))
	parts, err := whole.Parts()
	fatalIf(t, err)
	if !whole.Bundled() || len(parts) != len(bodies) {
		t.Fatalf("bundled %t, %d requests; want %d", whole.Bundled(), len(parts), len(bodies))
	}
	for i, p := range parts {
		if p.ID() != messages.PartID(whole.ID(), i) || string(p.Body()) != string(bodies[i]) {
			t.Errorf("request %d has the id %s and the body %s", i, p.ID(), p.Body())
		}
		p.id, p.body = whole.id, whole.body
		if !reflect.DeepEqual(p, whole) {
			t.Errorf("request %d is %+v of %+v", i, p, whole)
		}
	}
	if out := parts[0].Body(); &append(out, '!')[0] == &out[0] {
		t.Error("to append to one request's body writes into the next")
	}
}

// A message whose bundle is in no form has no requests, however well it was signed.
func TestNoPartOfAMalformedBundleIsVerified(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for body, bundled := range map[string]bool{`{"requests":[{},1]}`: true, `{"requests":[]}`: true, `{"requests":[{}`: true, testBody: false, ``: false} {
		whole := w.bundle(t, []byte(body))
		parts, err := whole.Parts()
		wantCode(t, err, messages.CodeBadJSON)
		if parts != nil || whole.Bundled() != bundled {
			t.Errorf("%s: %d requests, bundled %t; want none, %t", body, len(parts), whole.Bundled(), bundled)
		}
	}
}
