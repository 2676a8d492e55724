package messages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// padded is a bundle of one request that has so many bytes.
func padded(n int) []byte {
	const head, tail = `{"requests":[{"session":"`, `"}]}`
	return []byte(head + strings.Repeat("x", n-len(head)-len(tail)) + tail)
}

// bundleOf is a bundle of so many requests.
func bundleOf(n int) []byte {
	return []byte(`{"requests":[` + strings.TrimSuffix(strings.Repeat("{},", n), ",") + `]}`)
}

func TestBundledBodiesRefusesWhatIsNoBundle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body []byte
		code Code
	}{
		"one request too many":            {bundleOf(MaxBundle + 1), CodeTooLarge},
		"one byte too many":               {padded(MaxBundleBytes + 1), CodeTooLarge},
		"no request":                      {bundleOf(0), CodeBadJSON},
		"no list":                         {[]byte(`{"requests":{}}`), CodeBadJSON},
		"null":                            {[]byte(`{"requests":null}`), CodeBadJSON},
		"a number among the requests":     {[]byte(`{"requests":[{},1]}`), CodeBadJSON},
		"a string among the requests":     {[]byte(`{"requests":["{}"]}`), CodeBadJSON},
		"a list among the requests":       {[]byte(`{"requests":[{},[{}]]}`), CodeBadJSON},
		"null among the requests":         {[]byte(`{"requests":[{},null]}`), CodeBadJSON},
		"a request that is missing":       {[]byte(`{"requests":[{},,{}]}`), CodeBadJSON},
		"a comma after the last":          {[]byte(`{"requests":[{},]}`), CodeBadJSON},
		"no comma between two":            {[]byte(`{"requests":[{}{}]}`), CodeBadJSON},
		"no end of the list":              {[]byte(`{"requests":[{}}`), CodeBadJSON},
		"a second field":                  {[]byte(`{"requests":[{}],"session":"s"}`), CodeBadJSON},
		"the field twice":                 {[]byte(`{"requests":[{}],"requests":[{}]}`), CodeBadJSON},
		"something after the object":      {[]byte(`{"requests":[{}]}{}`), CodeBadJSON},
		"a letter after the object":       {[]byte(`{"requests":[{}]} x`), CodeBadJSON},
		"requests not first":              {[]byte(`{"session":"s","requests":[{}]}`), CodeBadJSON},
		"a name that only means requests": {[]byte(`{"\u0072equests":[{}]}`), CodeBadJSON},
		"another case":                    {[]byte(`{"Requests":[{}]}`), CodeBadJSON},
		"no object":                       {[]byte(`[{}]`), CodeBadJSON},
		"nothing":                         {nil, CodeBadJSON},
		"a string without an end":         {[]byte(`{"requests":[{"a":"}]}`), CodeBadJSON},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bodies, err := BundledBodies(c.body)
			wantCode(t, err, c.code)
			if bodies != nil {
				t.Errorf("%d requests of it are there all the same", len(bodies))
			}
		})
	}
}

func TestBundledBodiesRefusesABundleThatIsCutOff(t *testing.T) {
	t.Parallel()
	const body = ` {"requests" : [ {"a":["\"]}",{}]} , {"b":-1.5} ] }`
	for n := range len(body) {
		_, err := BundledBodies([]byte(body[:n]))
		wantCode(t, err, CodeBadJSON)
	}
}

func TestBundledBodiesTakesTheMostThatIsAllowed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body []byte
		want int
	}{{bundleOf(MaxBundle), MaxBundle}, {padded(MaxBundleBytes), 1}, {bundleOf(1), 1}} {
		if bodies, err := BundledBodies(c.body); err != nil || len(bodies) != c.want {
			t.Errorf("%d bytes: %d requests, %v; want %d", len(c.body), len(bodies), err, c.want)
		}
	}
}

// Only the first field of a body makes it a bundle: what any operation's own
// request has, wherever the word stands in it, does not.
func TestOnlyAFirstFieldNamedRequestsMakesABundle(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		"\n{ \"requests\" : 7": true, `{"requests":[{}]}`: true, testBody: false, `{"session":"requests"}`: false,
		`{"session":"s","requests":[]}`: false, `{"\u0072equests":[{}]}`: false, `{"requests"}`: false, `["requests"]`: false, `{}`: false, ``: false,
	} {
		if got := IsBundle([]byte(body)); got != want {
			t.Errorf("%s: bundled %t, want %t", body, got, want)
		}
	}
}

// A request that is no JSON inside its braces is its own trouble: it is found to
// be so when it is decoded, and those before and after it are whole.
func TestARequestThatIsNoJSONHarmsNoOther(t *testing.T) {
	t.Parallel()
	good := []byte(`{"session":"s","items":[{"text":"}],["}]}`)
	for _, bad := range []string{`{nonsense}`, `{"a"}`, `{]`, `{"a":[1,]}`, `{"session":"s",}`, `{"a":tru}`, "{\"session\":\"a\nb\"}", `{{}}`, "{\"\xff\":1}"} {
		bodies, err := BundledBodies(AppendBundle(nil, [][]byte{good, []byte(bad), good}))
		if err != nil {
			t.Errorf("%s: %v", bad, err)
			continue
		}
		if !reflect.DeepEqual(bodies, [][]byte{good, []byte(bad), good}) {
			t.Errorf("came out as %q", bodies)
		}
		_, err = Decode[StoreRequest](bodies[1])
		wantCode(t, err, CodeBadJSON)
	}
}

// FuzzBundledBodies holds the requests of a bundle against encoding/json. What is no
// JSON may be taken, as far as it is so inside a request; what is refused is
// never a bundle that can be read in one way only.
func FuzzBundledBodies(f *testing.F) {
	for _, body := range []string{
		`{"requests":[{}]}`, ` { "requests" : [ {"a":"]}"} , {"b":[{}]} ] } `, `{"requests":[]}`, `{"requests":[{]]}`, `{"requests":[{},]}`, `{"requests":[{}],"a":1}`,
		`{"requests":[{"a":"\"},{\\"}]}`, `{"requests":[{}]}x`, `{"Requests":[{}]}`, `{"requests":[{"a":"`, `{"\u0072equests":[{}]}`, `{"requests":null}`, `{`, ``,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		bodies, err := BundledBodies(body)
		if err != nil && !HasCode(err, CodeBadJSON) && !HasCode(err, CodeTooLarge) {
			t.Fatalf("%q: %v", body, err)
		}
		if err == nil && !IsBundle(body) {
			t.Fatalf("%q has requests and is no bundle", body)
		}
		if want, is := asBundle(body); is && (err != nil || !reflect.DeepEqual(bodies, want)) {
			t.Fatalf("%q is read as %q, %v; want %q", body, bodies, err, want)
		} else if err == nil && !is && json.Valid(body) {
			t.Fatalf("%q is read as %q, and is no bundle", body, bodies)
		}
		if err == nil {
			again, err := BundledBodies(AppendBundle(nil, bodies))
			if err != nil || fmt.Sprint(again) != fmt.Sprint(bodies) {
				t.Fatalf("%q, written again, is read as %q, %v", bodies, again, err)
			}
		}
	})
}

// asBundle reads a bundle as its definition says, by way of encoding/json.
func asBundle(body []byte) (requests [][]byte, is bool) {
	fields, is := members(body)
	plain := bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n{"), []byte(`"requests"`))
	var elements []json.RawMessage
	if !is || !plain || len(fields) != 1 || json.Unmarshal(fields[bundleField], &elements) != nil {
		return nil, false
	}
	for _, e := range elements {
		if e[0] != '{' {
			return nil, false
		}
		requests = append(requests, e)
	}
	return requests, len(elements) > 0 && len(elements) <= MaxBundle && len(body) <= MaxBundleBytes
}

// members are the fields of an object, by way of encoding/json, which would take
// a name twice. It is not said to be one if it has.
func members(body []byte) (fields map[string]json.RawMessage, is bool) {
	if !json.Valid(body) || bytes.TrimLeft(body, " \t\r\n")[0] != '{' {
		return nil, false
	}
	fields = make(map[string]json.RawMessage)
	d := json.NewDecoder(bytes.NewReader(body))
	for _, _ = d.Token(); d.More(); {
		name, _ := d.Token() // it is valid: there are no errors
		var value json.RawMessage
		_ = d.Decode(&value)
		if _, twice := fields[name.(string)]; twice {
			return nil, false
		}
		fields[name.(string)] = value
	}
	return fields, true
}
