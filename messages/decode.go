package messages

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
)

// Decode reads a JSON object into a T and refuses whatever two readers could
// understand differently, or that T would lose: a name twice in one object,
// unknown fields, names in another case, bytes that are not UTF-8, half
// surrogate pairs, null in a list or in metadata, anything after the object,
// nesting deeper than MaxJSONDepth, lists longer than any request may have. A
// null field is as good as none.
//
// Names are lower-case letters, digits and "_", but in "metadata" objects, where
// they are the caller's own. Strings may share the body's memory: it is not to be
// written to any more. Errors are CodeBadJSON, or CodeTooLarge above a
// limit, and name the field and what it should be. They never show a value.
func Decode[T any](body []byte) (T, error) {
	var out T
	if plainly(body, &out) {
		return out, nil
	}
	return decode[T](body, maxListElements)
}

// DecodeFile is Decode for a document of the operator's own, whose lists may be as
// long as they need to be.
func DecodeFile[T any](doc []byte) (T, error) { return decode[T](doc, math.MaxInt) }

// decode is Decode the general way, with a limit for lists.
func decode[T any](body []byte, mostElements int) (T, error) {
	var out, none T
	if err := scanJSON(body, mostElements); err != nil {
		return none, err
	}
	if err := strictly(body, &out); err != nil {
		return none, jsonError(body, err)
	}
	return out, nil
}

func strictly(body []byte, out any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	return decoder.Decode(out)
}

// jsonError says what encoding/json found in a body in words for the sender. Its
// own words would show Go's types, and sometimes a value.
func jsonError(body []byte, err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		// The path names no place in a list: the byte tells which of a thousand items it is.
		return Errorf(CodeBadJSON, "%s must be %s, not %s, before byte %d",
			fieldName(wrongType.Field), wanted(wrongType.Type), given(wrongType.Value), wrongType.Offset)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return Errorf(CodeBadJSON, "unknown field %s%s: remove it, or see how it is spelt", name, inItem(body, err))
	}
	return Errorf(CodeBadJSON, "the JSON does not fit the request")
}

// inItem tells in which of a thousand items an unknown field is that encoding/json
// has found, "" if in none of them.
func inItem(body []byte, unknown error) string {
	var r struct {
		Items []json.RawMessage `json:"items"`
	}
	if json.Unmarshal(body, &r) != nil {
		return ""
	}
	for i, item := range r.Items {
		if err := strictly(item, new(Item)); err != nil && err.Error() == unknown.Error() {
			return fmt.Sprintf(" in items[%d]", i)
		}
	}
	return ""
}

func fieldName(path string) string {
	if path == "" {
		return "the body"
	}
	return `field "` + path + `"`
}

// wanted names a Go type in the words of JSON.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number in range"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number in range, 0 or more"
	case reflect.Float32, reflect.Float64:
		return "a number in range"
	case reflect.String:
		return "a string"
	case reflect.Slice, reflect.Array:
		return "a list"
	default:
		return "an object"
	}
}

// given names what was there. A number comes with its digits, which are cut off.
func given(value string) string {
	kind, _, _ := strings.Cut(value, " ")
	switch kind {
	case "bool":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "number":
		return "this number"
	default:
		return "a " + kind
	}
}
