package client_test

import (
	"os"
	"testing"
	"fmt"
	"sync"
	"github.com/rs/zerolog"
	"github.com/context-manager/context-manager/internal/rig"
	"github.com/context-manager/context-manager/messages"
)

func TestDbg(t *testing.T) {
	c := rig.Start(t, rig.Workers(2), rig.Log(zerolog.New(os.Stderr).Level(zerolog.WarnLevel))).Client()
	var callers sync.WaitGroup
	for i := range 64 {
		callers.Go(func() {
			session := fmt.Sprintf("session %d", i)
			for j := range 5 {
				want := fmt.Sprintf("text %d of %s", j, session)
				_, err := c.Store(t.Context(), messages.StoreRequest{Session: session, Items: []messages.Item{{Text: want}}})
				if err != nil {
					t.Error(err)
					return
				}
				got, err := c.Assemble(t.Context(), messages.AssembleRequest{Session: session, MaxTokens: 5000})
				if err != nil || len(got.Items) != j+1 || got.Items[j].Text != want {
					t.Errorf("after %q: %q, %v", want, texts(got.Items), err)
					return
				}
			}
		})
	}
	callers.Wait()
}
