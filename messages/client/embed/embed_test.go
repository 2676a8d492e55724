package embed_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
)

func TestEachTextGetsItsOwnVector(t *testing.T) {
	t.Parallel()
	f := newFake(t, backwards(measured))
	f.Batch = 2
	some := items("a", "bb", "given", "cccc", "ddddd <&>", "e")
	given := []float32{9, 9, 9}
	some[2].Embedding = given
	if err := f.Items(t.Context(), some); err != nil {
		t.Fatal(err)
	}
	for i, it := range some {
		want := measured(it.Text)
		if i == 2 {
			want = given
		}
		if !slices.Equal(it.Embedding, want) {
			t.Errorf("item %d has %v, want %v", i, it.Embedding, want)
		}
	}
	var sizes []int
	for _, q := range f.requests() {
		sizes = append(sizes, len(q.Input))
		if q.Model != "m" || q.authorization != "Bearer "+secretKey || slices.Contains(q.Input, "given") {
			t.Errorf("asked %+v", q)
		}
	}
	if !slices.Equal(sizes, []int{2, 2, 1}) {
		t.Errorf("batches of %v", sizes)
	}
}

func TestNothingLackingAsksNothing(t *testing.T) {
	t.Parallel()
	f := newFake(t, says(http.StatusInternalServerError, ""))
	full := []messages.Item{{Text: "a", Embedding: []float32{1}}}
	asked := &messages.AssembleRequest{Query: "q", Embedding: []float32{1}}
	err := errors.Join(f.Items(t.Context(), nil), f.Items(t.Context(), full),
		f.Query(t.Context(), &messages.AssembleRequest{}), f.Query(t.Context(), asked))
	if err != nil || len(f.requests()) != 0 {
		t.Fatalf("%v after %d requests", err, len(f.requests()))
	}
}

func TestWithoutAKeyNoneIsSent(t *testing.T) {
	t.Parallel()
	f := newFake(t, backwards(measured))
	f.Key, f.Batch = envelope.Secret{}, -1
	r := messages.AssembleRequest{Query: "query"}
	if err := f.Query(t.Context(), &r); err != nil || !slices.Equal(r.Embedding, measured("query")) {
		t.Fatalf("%v, %v", r.Embedding, err)
	}
	if q := f.requests()[0]; q.authorization != "" || len(q.Input) != 1 {
		t.Errorf("asked %+v", q)
	}
}

func TestLongTextsMakeSmallBatches(t *testing.T) {
	t.Parallel()
	f := newFake(t, backwards(measured))
	long := strings.Repeat("x", 100<<10)
	if err := f.Items(t.Context(), items(long, long, long, strings.Repeat(long, 3), "short")); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, q := range f.requests() {
		sizes = append(sizes, len(q.Input))
	}
	if !slices.Equal(sizes, []int{2, 1, 1, 1}) {
		t.Errorf("batches of %v", sizes)
	}
}

func TestRepliesThatCannotBeUsedAreRefused(t *testing.T) {
	t.Parallel()
	one := func(numbers string) string {
		return `{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":` + numbers + `}]}`
	}
	for name, c := range map[string]struct{ body, want string }{
		"no JSON":          {"<html>", "no list of embeddings"},
		"cut short":        {`{"data":[`, "no list of embeddings"},
		"an error":         {`{"error":{"message":"text A"}}`, "has 0 embeddings, asked for were 2"},
		"too few":          {`{"data":[{"index":0,"embedding":[1]}]}`, "has 1 embeddings, asked for were 2"},
		"one twice":        {`{"data":[{"index":1,"embedding":[1]},{"index":1,"embedding":[1]}]}`, "once for each text"},
		"no index":         {`{"data":[{"embedding":[1]},{"index":1,"embedding":[1]}]}`, "once for each text"},
		"index below":      {`{"data":[{"index":-1,"embedding":[1]},{"index":1,"embedding":[1]}]}`, "once for each text"},
		"index above":      {`{"data":[{"index":2,"embedding":[1]},{"index":1,"embedding":[1]}]}`, "once for each text"},
		"empty":            {one(`[]`), "empty embedding"},
		"none":             {one(`null`), "empty embedding"},
		"another size":     {one(`[1,2,3]`), "3 numbers, others have 2"},
		"null in it":       {one(`[1,null]`), "without a number at 1"},
		"not finite":       {one(`[1,1e39]`), "finite numbers"},
		"NaN":              {one(`[1,NaN]`), "finite numbers"},
		"base64":           {one(`"AACAPw=="`), "finite numbers"},
		"too many numbers": {`{"data":[{"index":0,"embedding":[` + strings.Repeat("1,", messages.MaxEmbeddingDims) + `1]},{"index":1,"embedding":[1]}]}`, "at most 4096"},
		"too large":        {strings.Repeat(" ", 1<<20), "more than 327680 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			some := items("text A", "text B")
			err := newFake(t, says(http.StatusOK, c.body)).Items(t.Context(), some)
			wantRefusal(t, err, messages.CodeBadRequest, c.want)
			if some[0].Embedding != nil || some[1].Embedding != nil {
				t.Error("an item was filled from a reply that was refused")
			}
		})
	}
}

// wantRefusal wants an error of this code and text, without key, item text or a server's words.
func wantRefusal(t *testing.T, err error, code messages.Code, text string) {
	t.Helper()
	if !messages.HasCode(err, code) || !strings.Contains(err.Error(), text) {
		t.Fatalf("got %v; want %s with %q", err, code, text)
	}
	for _, hidden := range []string{secretKey, "text A", "text B", "in-the-url"} {
		if all := fmt.Sprintf("%v %+v %#v %v", err, err, err, errors.Unwrap(err)); strings.Contains(all, hidden) {
			t.Errorf("the error holds %q: %s", hidden, all)
		}
	}
}

func TestStatusesAreToldWithoutTheServersWords(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]messages.Code{
		400: messages.CodeBadRequest, 401: messages.CodeUnauthorized, 403: messages.CodeForbidden, 404: messages.CodeNotFound,
		408: messages.CodeUnavailable, 413: messages.CodeTooLarge, 429: messages.CodeRateLimited,
		500: messages.CodeUnavailable, 503: messages.CodeUnavailable, 304: messages.CodeBadRequest, 204: messages.CodeBadRequest,
	} {
		f := newFake(t, says(status, ""))
		if status >= 400 {
			f = newFake(t, says(status, "wrong key "+secretKey+" for text A"))
		}
		err := f.Items(t.Context(), items("text A"))
		wantRefusal(t, err, want, fmt.Sprintf("status %d: ", status))
		var told *messages.Error
		if !errors.As(err, &told) || told.Retryable != want.Retryable() || told.Retryable && told.RetryAfterMS != 7000 {
			t.Errorf("%d: %+v", status, told)
		}
	}
}

func TestEndpointsThatCannotBeAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*fake)
		want   string
	}{
		"no URL":        {func(f *fake) { f.URL = "" }, "URL"},
		"no scheme":     {func(f *fake) { f.URL = "api.openai.com/v1/embeddings" }, "URL"},
		"a file":        {func(f *fake) { f.URL = "file://in-the-url/x" }, "URL"},
		"no URL at all": {func(f *fake) { f.URL = "http://in-the-url\x7f" }, "URL"},
		"no model":      {func(f *fake) { f.Model = "" }, "model"},
		"key and line":  {func(f *fake) { f.Key = envelope.NewSecret([]byte(secretKey + "\n")) }, "line end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, backwards(measured))
			c.change(f)
			wantRefusal(t, f.Items(t.Context(), items("text A")), messages.CodeBadRequest, c.want)
			if len(f.requests()) != 0 {
				t.Error("it was asked all the same")
			}
		})
	}
}

func TestItemsThatCannotBeFilled(t *testing.T) {
	t.Parallel()
	f := newFake(t, backwards(measured))
	wantRefusal(t, f.Items(t.Context(), items("text A", "")), messages.CodeBadRequest, "items[1] has no text")
	mixed := []messages.Item{{Text: "text A", Embedding: []float32{1}}, {Text: "text B", Embedding: []float32{1, 2}}}
	wantRefusal(t, f.Items(t.Context(), mixed), messages.CodeBadRequest, "items[1] has an embedding of 2 numbers")
	if len(f.requests()) != 0 {
		t.Error("it was asked all the same")
	}
	wantRefusal(t, f.Items(t.Context(), append(items("text B"), mixed[1])), messages.CodeBadRequest, "3 numbers, others have 2")
}

func TestAnEndpointThatIsGone(t *testing.T) {
	t.Parallel()
	f := newFake(t, backwards(measured))
	f.URL = "http://127.0.0.1:1/in-the-url"
	wantRefusal(t, f.Items(t.Context(), items("text A")), messages.CodeUnavailable, "did not answer")
	ended, end := context.WithCancel(t.Context())
	end()
	err := f.Items(ended, items("text A"))
	wantRefusal(t, err, messages.CodeDeadline, "did not answer")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not the context's", err)
	}
}

// What was filled before an error stays, and the next call asks for the rest.
func TestAfterAnErrorTheRestIsAskedFor(t *testing.T) {
	t.Parallel()
	var down bool
	f := newFake(t, func(w http.ResponseWriter, q query) {
		if q.Input[0] == "c" && !down {
			down = true
			says(http.StatusServiceUnavailable, "")(w, q)
			return
		}
		backwards(measured)(w, q)
	})
	f.Batch = 2
	some := items("a", "bb", "c")
	wantRefusal(t, f.Items(t.Context(), some), messages.CodeUnavailable, "503")
	if err := f.Items(t.Context(), some); err != nil || len(f.requests()) != 3 {
		t.Fatalf("%v after %d requests", err, len(f.requests()))
	}
	for _, it := range some {
		if !slices.Equal(it.Embedding, measured(it.Text)) {
			t.Errorf("%q has %v", it.Text, it.Embedding)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := newFake(t, backwards(measured))
	f := newFake(t, func(w http.ResponseWriter, _ query) {
		w.Header().Set("Location", elsewhere.URL)
		w.Header().Set("Connection", "close") // the default transport is shared: leave nothing in it
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	f.HTTP = nil
	wantRefusal(t, f.Items(t.Context(), items("text A")), messages.CodeBadRequest, "redirects are not followed")
	if len(elsewhere.requests()) != 0 {
		t.Error("texts went elsewhere")
	}
}
