package envelope

import "github.com/context-manager/context-manager/messages"

// Bundled tells whether the body is a bundle's: see messages.IsBundle.
func (v Verified) Bundled() bool { return messages.IsBundle(v.body) }

// Parts are a bundle's requests, each with an id of its own, messages.PartID; all
// else is the bundle's: what was proved of it is proved of them. Errors are those
// of messages.BundledBodies. What is in the requests is not looked at yet.
func (v Verified) Parts() ([]Verified, error) {
	bodies, err := messages.BundledBodies(v.body)
	if err != nil {
		return nil, err
	}
	parts := make([]Verified, len(bodies))
	for i, body := range bodies {
		parts[i] = v
		parts[i].id, parts[i].body = messages.PartID(v.id, i), body
	}
	return parts, nil
}
