package embed_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/client/embed"
	"github.com/context-manager/context-manager/messages/envelope"
)

const secretKey = "sk-not-to-be-seen"

// A query is what an endpoint was asked.
type query struct {
	Model string   `json:"model"`
	Input []string `json:"input"`

	authorization string
}

// A fake is an endpoint that remembers what it was asked.
type fake struct {
	embed.Endpoint
	mu    sync.Mutex
	asked []query
}

// newFake serves answers that answer makes.
func newFake(t interface{ Cleanup(func()) }, answer func(w http.ResponseWriter, q query)) *fake {
	f := &fake{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q query
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			http.Error(w, "not a request for embeddings", http.StatusBadRequest)
			return
		}
		q.authorization = r.Header.Get("Authorization")
		f.mu.Lock()
		f.asked = append(f.asked, q)
		f.mu.Unlock()
		answer(w, q)
	}))
	t.Cleanup(server.Close)
	f.Endpoint = embed.Endpoint{URL: server.URL + "/v1/embeddings", Model: "m", Key: envelope.NewSecret([]byte(secretKey)), HTTP: server.Client()}
	return f
}

func (f *fake) requests() []query {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

// says answers with this body, whatever was asked.
func says(status int, body string) func(http.ResponseWriter, query) {
	return func(w http.ResponseWriter, _ query) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}
}

// backwards answers with vectors in the reverse order of the texts.
func backwards(vector func(text string) []float32) func(http.ResponseWriter, query) {
	return func(w http.ResponseWriter, q query) {
		data := make([]string, len(q.Input))
		for i, text := range q.Input {
			numbers, err := json.Marshal(vector(text))
			if err != nil {
				http.Error(w, "no vector", http.StatusInternalServerError)
				return
			}
			data[len(data)-1-i] = fmt.Sprintf(`{"object":"embedding","index":%d,"embedding":%s}`, i, numbers)
		}
		_, _ = fmt.Fprintf(w, `{"object":"list","data":[%s],"model":"m","usage":{"prompt_tokens":1}}`, strings.Join(data, ","))
	}
}

// measured gives each text a vector that tells it from texts of other lengths.
func measured(text string) []float32 { return []float32{float32(len(text)), 0.5, -1} }

func items(texts ...string) []messages.Item {
	all := make([]messages.Item, len(texts))
	for i, text := range texts {
		all[i].Text = text
	}
	return all
}
