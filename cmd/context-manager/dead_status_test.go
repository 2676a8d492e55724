package main

import (
	"testing"
	"time"

	"github.com/context-manager/context-manager/messages"
)

// A job whose header reads as what a server says to who reads a stream, such as that
// its consumer is gone, is a letter that keeps no other from being listed.
func TestALetterOfAJobThatReadsLikeAWordOfTheServerIsListed(t *testing.T) {
	t.Parallel()
	g := newGraveyard(t)
	for _, status := range []string{"", "409", "100", "503"} {
		job := g.sign(t, messages.OpStore, poison, time.Now())
		if status != "" {
			job.Header["Status"], job.Header["Description"] = []string{status}, []string{"Consumer Deleted"}
		}
		if _, err := g.js.PublishMsg(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	g.idle(t)
	if letters := g.letters(t); len(letters) != 4 {
		t.Errorf("%d letters are listed: %+v; want 4", len(letters), letters)
	}
}
