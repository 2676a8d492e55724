package messages

import "unicode/utf8"

// maxObjectFields bounds the names of one object: more than any request has,
// and as many as metadata may have. It keeps the search for doubles short.
const maxObjectFields = MaxMetadataPairs

// maxListElements bounds one list: as many as an embedding may have. An empty
// element is two bytes on the wire and hundreds in Go, so this must be judged
// before anything is decoded.
const maxListElements = MaxEmbeddingDims

// maxFieldNameBytes bounds the names of fields, which errors show.
const maxFieldNameBytes = 64

// metadataField is the name of the objects whose names are the caller's own.
const metadataField = "metadata"

// A jsonScanner goes once through a JSON document and allocates nothing a
// value. What it accepts is JSON, and means one thing only.
type jsonScanner struct {
	b     []byte
	most  int      // elements of a list
	i     int      // next byte
	names [][]byte // of all open objects, unescaped
	path  [MaxJSONDepth]jsonStep
	depth int
}

// A jsonStep is where the scan is in one open object or list.
type jsonStep struct {
	first    int // of its names in names
	index    int // of the element, in a list
	list     bool
	metadata bool
}

// scanJSON tells what Decode must refuse before encoding/json reads it: JSON that
// is none or is read in two ways, and lists of more than most elements.
func scanJSON(body []byte, most int) error {
	if !utf8.Valid(body) {
		return Errorf(CodeBadJSON, "the body is not valid UTF-8")
	}
	s := jsonScanner{b: body, most: most}
	s.space()
	if s.peek() != '{' {
		return Errorf(CodeBadJSON, "the body must be a JSON object")
	}
	if err := s.value(); err != nil {
		return err
	}
	s.space()
	if s.i < len(s.b) {
		return Errorf(CodeBadJSON, "something follows the JSON object at byte %d: send one object", s.i)
	}
	return nil
}

// value scans any value. It calls itself at most MaxJSONDepth deep.
func (s *jsonScanner) value() error {
	s.space()
	switch c := s.peek(); {
	case c == '{':
		return s.object()
	case c == '[':
		return s.list()
	case c == '"':
		_, _, err := s.text()
		return err
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.null()
	case c == '-' || isDigit(c):
		return s.number()
	default:
		return s.syntax("a value")
	}
}

// enter opens an object or list.
func (s *jsonScanner) enter(list bool) (*jsonStep, error) {
	if s.depth == MaxJSONDepth {
		return nil, Errorf(CodeBadJSON, "%sis nested deeper than %d levels", s.where(), MaxJSONDepth)
	}
	step := &s.path[s.depth]
	*step = jsonStep{first: len(s.names), list: list, metadata: s.inMetadata()}
	s.depth++
	s.i++
	return step, nil
}

// leave closes the innermost object or list.
func (s *jsonScanner) leave(step *jsonStep) {
	s.names = s.names[:step.first]
	s.depth--
	s.i++
}

func (s *jsonScanner) list() error {
	step, err := s.enter(true)
	if err != nil {
		return err
	}
	for s.space(); s.peek() != ']'; s.space() {
		if step.index > 0 {
			if err := s.expect(','); err != nil {
				return err
			}
		}
		if step.index == s.most {
			return Errorf(CodeTooLarge, "%shas more than %d elements", s.where(), s.most)
		}
		if err := s.value(); err != nil {
			return err
		}
		step.index++
	}
	s.leave(step)
	return nil
}

func (s *jsonScanner) object() error {
	step, err := s.enter(false)
	if err != nil {
		return err
	}
	for s.space(); s.peek() != '}'; s.space() {
		if len(s.names) > step.first {
			if err := s.expect(','); err != nil {
				return err
			}
		}
		if err := s.field(step); err != nil {
			return err
		}
	}
	s.leave(step)
	return nil
}

// null is a value left out. Where a value cannot be left out it would turn
// into an empty one, silently.
func (s *jsonScanner) null() error {
	if step := s.path[s.depth-1]; step.list || step.metadata {
		return Errorf(CodeBadJSON, "%shas a null at byte %d: leave it out", s.where(), s.i)
	}
	return s.word("null")
}
