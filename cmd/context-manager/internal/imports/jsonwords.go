package imports

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// InWords says in a file's terms what the JSON decoder says in Go's: which
// field holds what, and what is wanted there. Other errors stay as they are.
func InWords(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	if wrong.Field == "" {
		return fmt.Errorf("%s is there, %s is wanted", valueInWords(wrong.Value), typeInWords(wrong.Type))
	}
	return fmt.Errorf("%q is %s, %s is wanted", wrong.Field, valueInWords(wrong.Value), typeInWords(wrong.Type))
}

// valueInWords takes the decoder's name of a kind of JSON value, which may go on with the value.
func valueInWords(value string) string {
	switch value {
	case "string":
		return "a text"
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "bool":
		return "true or false"
	default: // "number", and that with the number
		return "a " + value
	}
}

func typeInWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "true or false"
	case reflect.Struct, reflect.Map:
		return "an object"
	default:
		return "a whole number"
	}
}
