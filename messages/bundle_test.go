package messages

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/context-manager/context-manager/messages/plainjson/jsontest"
)

// Whatever its requests are, and whatever white space stands between them, they
// come out of a bundle byte for byte, in their order.
func TestABundlesRequestsComeOutAsTheyWentIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := make([][]byte, rapid.IntRange(1, 5).Draw(rt, "requests"))
		for i := range in {
			in[i] = jsontest.Object(rt)
		}
		body := AppendBundle([]byte("before"), in)[len("before"):]
		if !json.Valid(body) {
			rt.Fatalf("%s is no JSON", body)
		}
		space := func() string { return jsontest.Space(rt) }
		spaced := space() + "{" + space() + `"requests"` + space() + ":" + space() + "[" + space() +
			string(bytes.Join(in, []byte(space()+","+space()))) + space() + "]" + space() + "}" + space()
		for _, body := range [][]byte{body, []byte(spaced)} {
			out, err := BundledBodies(body)
			if err != nil || !IsBundle(body) {
				rt.Fatalf("%s: bundled %t, %v", body, IsBundle(body), err)
			}
			if !reflect.DeepEqual(out, in) {
				rt.Fatalf("%q came out as %q", in, out)
			}
		}
	})
}

func TestToAppendToOneRequestWritesIntoNoOther(t *testing.T) {
	t.Parallel()
	out, err := BundledBodies(AppendBundle(nil, [][]byte{[]byte(`{"a":1}`), []byte(`{}`)}))
	fatalIf(t, err)
	if &append(out[0], '!')[0] == &out[0][0] {
		t.Error("to append to one request's body writes into the next")
	}
}

func TestPartIDIsAHashOfTheBundlesIDAndThePlace(t *testing.T) {
	t.Parallel()
	const bundle = "AAECAwQFBgcICQoLDA0ODw"
	for place, want := range map[int]string{0: "0iV9lO3eMt3cTILGM02hFw", 1: "Qs5aTbD95r2cx9LjLQrZ_A", 63: "a3fIH2FN-iJAL7SdtQKg5Q"} {
		if got := PartID(bundle, place); got != want {
			t.Errorf("PartID(%s, %d) is %s, want %s", bundle, place, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		id, err := NewID(bytes.NewReader(rapid.SliceOfN(rapid.Byte(), RequestIDBytes, RequestIDBytes).Draw(t, "random")))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{id: true}
		for place := range MaxBundle {
			part := PartID(id, place)
			if !IsRequestID(part) || seen[part] {
				t.Fatalf("request %d of %s has the id %q, seen before: %t", place, id, part, seen[part])
			}
			seen[part] = true
		}
	})
}
