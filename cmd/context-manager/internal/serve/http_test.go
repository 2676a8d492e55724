package serve

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// A worker that has no connection yet lives, and says that it is not ready: who
// watches it neither waits in vain nor starts it anew. Then it answers itself.
func TestHTTPAnswersBeforeThereIsAWorker(t *testing.T) {
	t.Parallel()
	web, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	for path, want := range map[string]int{
		"/health/liveness": http.StatusOK, "/health/readiness": http.StatusServiceUnavailable,
		"/health": http.StatusServiceUnavailable, "/metrics": http.StatusServiceUnavailable,
	} {
		if status, body := get(t, web.URL()+path); status != want || status != http.StatusOK && !strings.Contains(body, "starting") {
			t.Errorf("%s: %d %q, want %d", path, status, body, want)
		}
	}
	web.answer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the worker") }))
	if status, body := get(t, web.URL()+"/health/readiness"); status != http.StatusOK || body != "the worker" {
		t.Errorf("from a worker: %d %q", status, body)
	}
}

func TestHTTPThatEndsByItselfIsAnError(t *testing.T) {
	t.Parallel()
	web, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := web.listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := web.run(t.Context()); err == nil || !strings.Contains(err.Error(), "serve HTTP") {
		t.Errorf("ended with %v", err)
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}
