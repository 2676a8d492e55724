package messages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawObject draws the JSON of an object, with any white space and any brackets in its strings.
func drawObject(t *rapid.T) []byte {
	return []byte("{" + drawMembers(t, 2) + "}")
}

func drawMembers(t *rapid.T, depth int) string {
	members := make([]string, rapid.IntRange(0, 3).Draw(t, "members"))
	for i := range members {
		members[i] = drawSpace(t) + fmt.Sprintf(`"%d`, i) + drawQuoted(t)[1:] + drawSpace(t) + ":" + drawSpace(t) + drawValue(t, depth) + drawSpace(t)
	}
	return strings.Join(members, ",") + drawSpace(t)
}

func drawValue(t *rapid.T, depth int) string {
	kinds := 7
	if depth == 0 {
		kinds = 5
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return drawQuoted(t)
	case 1, 2, 3, 4:
		return rapid.SampledFrom([]string{"null", "true", "false", "0", "-1.5e-7", "123456789012345678901234567890"}).Draw(t, "value")
	case 5:
		return "{" + drawMembers(t, depth-1) + "}"
	default:
		elements := make([]string, rapid.IntRange(1, 3).Draw(t, "elements"))
		for i := range elements {
			elements[i] = drawSpace(t) + drawValue(t, depth-1) + drawSpace(t)
		}
		return "[" + strings.Join(elements, ",") + "]"
	}
}

func drawQuoted(t *rapid.T) string {
	pieces := []string{"a", `\"`, `\\`, `\u005d`, `\n`, "{", "}", "[", "]", ",", ":", " ", "é", `"}],[{"`[1:4]}
	return `"` + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(t, "text"), "") + `"`
}

func drawSpace(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "", "", " ", "\n", "\t\r"}).Draw(t, "space")
}

// Whatever its requests are, and whatever white space stands between them, they
// come out of a bundle byte for byte, in their order.
func TestABundlesRequestsComeOutAsTheyWentIn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		in := make([][]byte, rapid.IntRange(1, 5).Draw(rt, "requests"))
		for i := range in {
			in[i] = drawObject(rt)
		}
		body := AppendBundle([]byte("before"), in)[len("before"):]
		if !json.Valid(body) {
			rt.Fatalf("%s is no JSON", body)
		}
		space := func() string { return drawSpace(rt) }
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
