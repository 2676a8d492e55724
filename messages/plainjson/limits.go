package plainjson

import "fmt"

// deepest is how many objects and lists a scan has room for in each other.
const deepest = 32

// Limits say what Check lets a body have.
type Limits struct {
	Depth     int // objects and lists in each other, 32 at most
	Elements  int // of a list: an empty element is two bytes on the wire, and hundreds in Go
	Fields    int // of an object. It keeps the search for doubles short
	NameBytes int // of a field's name, which errors show
	// Free is the field in which names are the writer's own: any text, which errors
	// do not show. Elsewhere names are lower-case letters, digits and "_".
	Free string
}

// An Error says what of a body is refused, and where it is. It never shows a value.
type Error struct {
	TooLarge bool // it is above a limit of elements or of fields; else it is not JSON, or has two meanings
	message  string
}

// Error returns what is refused.
func (e *Error) Error() string { return e.message }

func refuse(format string, args ...any) error {
	return &Error{message: fmt.Sprintf(format, args...)}
}

func refuseLarge(format string, args ...any) error {
	return &Error{TooLarge: true, message: fmt.Sprintf(format, args...)}
}
