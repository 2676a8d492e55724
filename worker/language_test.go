package worker

import (
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// The language of a text that changes is that of the new one, unless the
// caller knows better than the text shows.
func TestAnUpdateFindsTheLanguageOfItsText(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.start(options{})
	german, french := "Die Rechnungen für die Wohnungen wurden gestern von der Verwaltung bezahlt.", "fr"
	for name, c := range map[string]struct {
		given  string
		update messages.UpdateRequest
		want   string
	}{
		"found out":            {"", messages.UpdateRequest{Text: &german}, "de"},
		"given as it is found": {"en", messages.UpdateRequest{Text: &german}, "de"},
		"given otherwise":      {"nl", messages.UpdateRequest{Text: &german}, "nl"},
		"given anew":           {"", messages.UpdateRequest{Text: &german, Language: &french}, "fr"},
		"the text stays":       {"nl", messages.UpdateRequest{Name: &french}, "nl"},
	} {
		store(t, r.ask, messages.StoreRequest{User: "u", Items: []messages.Item{{ID: "a", Text: "draft that is to be translated", Language: c.given}}})
		c.update.User, c.update.ID = "u", "a"
		if got := must[messages.UpdateReply](t, r.ask(call{op: messages.OpUpdate, body: c.update})).Item.Language; got != c.want {
			t.Errorf("%s: the language is %q; want %q", name, got, c.want)
		}
	}
}
