package client

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/context-manager/context-manager/messages"
)

// A request is a typed body that can judge itself and fill in its defaults.
type request interface{ Validate() error }

// encode validates a request and writes it as JSON. A fault is found here, in
// the worker's own words, before anything is sent.
func encode(r request) ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return marshal(r)
}

// bodyBytes is what most requests have at most: their bodies need not grow.
const bodyBytes = 512

// marshal writes JSON that fits in a message.
func marshal(v any) ([]byte, error) {
	body, err := messages.AppendJSON(make([]byte, 0, bodyBytes), v)
	if err != nil {
		return nil, messages.Errorf(messages.CodeBadRequest, "the request cannot be written as JSON: %w", err)
	}
	if len(body) > messages.MaxMessageBytes {
		return nil, messages.Errorf(messages.CodeTooLarge,
			"the request has %d bytes, at most %d are allowed: split it", len(body), messages.MaxMessageBytes)
	}
	return body, nil
}

// encodeJob writes the body of a job: what can be judged is judged here,
// because a job that fails later fails where nobody looks.
func encodeJob(op messages.Op, v any) ([]byte, error) {
	if !op.Known() { // the stream would take it, and no worker could tell its caller
		return nil, messages.Errorf(messages.CodeUnknownOperation, "there is no operation %q: use one of messages.Ops", op)
	}
	if raw, ok := v.(json.RawMessage); ok {
		return encodeUntyped(raw)
	}
	switch op {
	case messages.OpStore:
		return encodeAs[messages.StoreRequest](op, v)
	case messages.OpAssemble:
		return encodeAs[messages.AssembleRequest](op, v)
	case messages.OpList:
		return encodeAs[messages.ListRequest](op, v)
	case messages.OpUpdate:
		return encodeAs[messages.UpdateRequest](op, v)
	case messages.OpDelete:
		return encodeAs[messages.DeleteRequest](op, v)
	case messages.OpClear:
		return encodeAs[messages.ClearRequest](op, v)
	case messages.OpPromote:
		return encodeAs[messages.PromoteRequest](op, v)
	case messages.OpStats:
		return encodeAs[messages.StatsRequest](op, v)
	default:
		return encodeUntyped(v)
	}
}

// encodeUntyped writes an object of which no type is known. What is in it is for
// the worker to judge, which may be a newer one.
func encodeUntyped(v any) ([]byte, error) {
	body, err := marshal(v)
	if err != nil {
		return nil, err
	}
	if body[0] != '{' {
		return nil, messages.Errorf(messages.CodeBadRequest, "a request is a JSON object: give the operation's type, or an object as json.RawMessage")
	}
	if _, err := messages.BundledBodies(body); err == nil { // its replies would be nobody's, and bundles have none in them
		return nil, messages.Errorf(messages.CodeBadRequest, "these are several requests: submit each by itself, and those that come at once share a message")
	}
	return body, nil
}

// encodeAs encodes a copy of v, which must be a T or point to one.
func encodeAs[T any, P interface {
	*T
	request
}](op messages.Op, v any) ([]byte, error) {
	r, ok := v.(T)
	if p, isPointer := v.(*T); isPointer && p != nil {
		r, ok = *p, true
	}
	if !ok {
		return nil, messages.Errorf(messages.CodeBadRequest, "%s takes a %T, not a %T", op, r, v)
	}
	if store, isStore := any(&r).(*messages.StoreRequest); isStore {
		store.Items = slices.Clone(store.Items) // defaults are filled in there
	}
	return encode(P(&r))
}

// checkReply refuses what no reply can be decoded into, before there is one.
func checkReply(op messages.Op, reply any) error {
	if v := reflect.ValueOf(reply); v.Kind() != reflect.Pointer || v.IsNil() {
		return messages.Errorf(messages.CodeBadRequest, "the reply to %s goes into a %T: give a pointer that is not nil", op, reply)
	}
	return nil
}

// decode reads a verified reply. Fields that a newer worker added are passed over.
func decode(body []byte, reply any) error {
	if err := messages.DecodeReply(body, reply); err != nil {
		return fmt.Errorf("%w: %w", ErrBadReply, err)
	}
	return nil
}
