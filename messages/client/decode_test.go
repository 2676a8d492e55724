package client

import (
	"errors"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func TestWhatIsNoContextIsABadReply(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", "null", "[]", "{", `{"text"`, `{"text":`, `{"text":"`, `{"text":"a\`, `{"text":"\u12"}`, `{"text":1}`,
		`{"ids":["a"`, `{"ids":[1]}`, `{"tokens":"x"}`, `{"text":"a"} x`, `{"text":"a" "ids":[]}`, `{1:2}`,
	} {
		var r messages.AssembleReply
		if err := decode([]byte(body), &r); !errors.Is(err, ErrBadReply) {
			t.Errorf("%q: %v; want ErrBadReply", body, err)
		}
	}
}
