package embed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/context-manager/context-manager/messages"
)

const (
	defaultTimeout = time.Minute
	numberBytes    = 32       // of one number of a reply, with room around it
	replyBytes     = 64 << 10 // of all else in a reply
	maxRetryAfter  = 24 * 60 * 60
)

// embed asks for the vectors of texts, in their order. With dims other than 0
// they must have that dimension.
func (e *Endpoint) embed(ctx context.Context, texts []string, dims int) ([][]float32, error) {
	request, err := e.request(ctx, texts)
	if err != nil {
		return nil, err
	}
	reply, err := e.client().Do(request)
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return nil, refused(reply)
	}
	limit := int64(replyBytes + len(texts)*messages.MaxEmbeddingDims*numberBytes)
	body, err := io.ReadAll(io.LimitReader(reply.Body, limit+1))
	switch {
	case err != nil:
		return nil, unanswered(ctx, err)
	case int64(len(body)) > limit:
		return nil, badReply("has more than %d bytes, more than %d embeddings of %d numbers take", limit, len(texts), messages.MaxEmbeddingDims)
	}
	return vectorsOf(body, len(texts), dims)
}

func (e *Endpoint) request(ctx context.Context, texts []string) (*http.Request, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	body, err := json.Marshal(struct {
		Model string   `json:"model"`
		Input []string `json:"input"`
	}{e.Model, texts})
	if err != nil {
		return nil, messages.Caused(messages.CodeInternal, err, "the texts could not be encoded")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, bytes.NewReader(body))
	if err != nil {
		return nil, badURL()
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	if key := e.Key.Bytes(); len(key) > 0 {
		request.Header.Set("Authorization", "Bearer "+string(key))
	}
	return request, nil
}

// check refuses an endpoint that cannot be asked. The URL stays out of errors: some hold a key.
func (e *Endpoint) check() error {
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return badURL()
	}
	if e.Model == "" {
		return messages.Errorf(messages.CodeBadRequest, "the endpoint has no model: name one")
	}
	for _, c := range e.Key.Bytes() {
		if c <= ' ' || c > '~' {
			return messages.Errorf(messages.CodeBadRequest, "the endpoint's key has a character that no key has: is a line end or blank left at its end?")
		}
	}
	return nil
}

func badURL() error {
	return messages.Errorf(messages.CodeBadRequest, "the endpoint's URL is none: give it whole, such as https://api.openai.com/v1/embeddings")
}

func (e *Endpoint) client() *http.Client {
	if e.HTTP != nil {
		return e.HTTP
	}
	return &http.Client{Timeout: defaultTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// unanswered tells of a request without a whole answer. The URL is left out.
func unanswered(ctx context.Context, err error) error {
	var inner *url.Error
	if errors.As(err, &inner) {
		err = inner.Err
	}
	code := messages.CodeUnavailable
	if ended := ctx.Err(); ended != nil {
		code, err = messages.CodeDeadline, ended
	}
	return messages.Errorf(code, "the embeddings endpoint did not answer: %w", err)
}

// refused tells of a status other than 200. What the endpoint wrote is left
// out: it may repeat a text, or a part of the key.
func refused(reply *http.Response) error {
	code, todo := verdict(reply.StatusCode)
	err := messages.Errorf(code, "the embeddings endpoint answered with status %d: %s", reply.StatusCode, todo)
	seconds, bad := strconv.ParseInt(reply.Header.Get("Retry-After"), 10, 64)
	if bad == nil && seconds > 0 && code.Retryable() {
		return err.After(time.Duration(min(seconds, maxRetryAfter)) * time.Second)
	}
	return err
}

func verdict(status int) (messages.Code, string) {
	switch {
	case status == http.StatusUnauthorized:
		return messages.CodeUnauthorized, "check its key"
	case status == http.StatusForbidden:
		return messages.CodeForbidden, "the key may not use this model"
	case status == http.StatusNotFound:
		return messages.CodeNotFound, "check its URL and the model's name"
	case status == http.StatusRequestEntityTooLarge:
		return messages.CodeTooLarge, "set a smaller Batch, or store shorter texts"
	case status == http.StatusTooManyRequests:
		return messages.CodeRateLimited, "wait, then try again"
	case status == http.StatusRequestTimeout || status >= 500:
		return messages.CodeUnavailable, "try again later"
	case status >= 300 && status < 400:
		return messages.CodeBadRequest, "it is elsewhere, and redirects are not followed: give its own URL"
	default:
		return messages.CodeBadRequest, "check the model's name, and whether a text is too long for it"
	}
}
