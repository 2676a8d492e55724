package messages

import (
	"strings"
	"testing"
	"unsafe"
)

// The texts of a large request are not there twice: those without an escape are
// the body's own bytes. Those of a reply, which may be kept, are copies.
func TestTextsOfARequestShareItsBody(t *testing.T) {
	t.Parallel()
	body := []byte(`{"session":"s","items":[{"text":"` + strings.Repeat("word ", 1000) + `"},{"text":"two\nlines"}]}`)
	inside := func(text string) bool {
		at := uintptr(unsafe.Pointer(unsafe.StringData(text)))
		first := uintptr(unsafe.Pointer(unsafe.SliceData(body)))
		return at >= first && at < first+uintptr(len(body))
	}
	request, err := Decode[StoreRequest](body)
	fatalIf(t, err)
	if !inside(request.Session) || !inside(request.Items[0].Text) {
		t.Error("what has no escape is copied")
	}
	if text := request.Items[1].Text; inside(text) || text != "two\nlines" {
		t.Errorf("%q is not what was written", text)
	}
	var reply AssembleReply
	body = []byte(`{"items":[{"text":"` + strings.Repeat("word ", 1000) + `"}]}`)
	fatalIf(t, DecodeReply(body, &reply))
	if len(reply.Items) != 1 || inside(reply.Items[0].Text) {
		t.Error("a text of a reply keeps all of it")
	}
}
