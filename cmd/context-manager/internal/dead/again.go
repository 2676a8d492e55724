package dead

import (
	"fmt"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/messages"
)

// again is the body that a replay submits: what the letter's job asked for, but
// of a bundle of which some requests were done the others alone. One is a job
// like any other, several are a bundle again.
func (l *letter) again() ([]byte, error) {
	parts := l.failed
	if len(parts) == 0 {
		all, err := partsOf(l.body)
		if err != nil { // one request, or what a worker will say again is no bundle
			return l.withExplicitIDs(l.ID, l.body)
		}
		parts = all
	}
	bodies := make([][]byte, len(parts))
	for i, p := range parts {
		var err error
		if bodies[i], err = l.withExplicitIDs(messages.PartID(l.ID, p.place), p.body); err != nil {
			return nil, err
		}
	}
	if len(bodies) == 1 {
		return bodies[0], nil
	}
	return l.bundle(bodies)
}

// bundle refuses what has become too large for a bundle by the ids and times that
// were written into it: no worker would take it.
func (l *letter) bundle(bodies [][]byte) ([]byte, error) {
	body := messages.AppendBundle(nil, bodies)
	if len(body) > messages.MaxBundleBytes {
		return nil, fmt.Errorf("with the ids and times of its items written out it has %d bytes, and at most %d may be submitted in one: "+
			"see \"%s dead show %d --body\", submit that anew in several, and drop the letter", len(body), messages.MaxBundleBytes, shell.Program, l.Seq)
	}
	return body, nil
}

// withExplicitIDs writes into the items of a store what would otherwise follow
// from the request: their ids from its id, their times from its time. Any
// other body, and one that makes no sense, stays as it is.
func (l *letter) withExplicitIDs(requestID string, body []byte) ([]byte, error) {
	if l.Op != messages.OpStore {
		return body, nil
	}
	request, err := messages.Decode[messages.StoreRequest](body)
	if err != nil {
		return body, nil //nolint:nilerr // a worker will say again what is wrong with it
	}
	for i := range request.Items {
		if request.Items[i].ID == "" {
			request.Items[i].ID = messages.ItemID(requestID, i)
		}
		if request.Items[i].Time == 0 {
			request.Items[i].Time = l.Sent
		}
	}
	return messages.AppendJSON(nil, &request)
}
