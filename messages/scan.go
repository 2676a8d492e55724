package messages

import "unicode/utf8"

// A jsonScanner goes once through a JSON document and allocates nothing a value.
// What it accepts is JSON, and means one thing only.
type jsonScanner struct {
	jsonTokens
	limits jsonLimits
	names  [][]byte // of all open objects, unescaped
	path   [deepest]jsonStep
	depth  int
}

// A jsonStep is where the scan is in one open object or list.
type jsonStep struct {
	first int // of its names in names
	index int // of the element, in a list
	list  bool
	free  bool // names are the writer's own
}

// checkJSON refuses a body that is not one JSON object and nothing else, that two
// readers could understand differently, or that is above a limit. It is for what
// must be known before encoding/json reads it. Whatever it refuses, it says with
// a jsonRefusal.
func checkJSON(body []byte, limits jsonLimits) error {
	if !utf8.Valid(body) {
		return refuse("the body is not valid UTF-8")
	}
	s := jsonScanner{jsonTokens: jsonTokens{b: body}, limits: limits}
	s.space()
	if s.peek() != '{' {
		return refuse("the body must be a JSON object")
	}
	if err := s.value(); err != nil {
		return err
	}
	s.space()
	if s.i < len(s.b) {
		return refuse("something follows the JSON object at byte %d: send one object", s.i)
	}
	return nil
}

// value scans any value. It calls itself at most as deep as the limit is.
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
	if most := min(s.limits.Depth, deepest); s.depth >= most {
		return nil, refuse("%sis nested deeper than %d levels", s.where(), most)
	}
	step := &s.path[s.depth]
	*step = jsonStep{first: len(s.names), list: list, free: s.inFree()}
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
		if step.index == s.limits.Elements {
			return refuseLarge("%shas more than %d elements", s.where(), s.limits.Elements)
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
	if step := s.path[s.depth-1]; step.list || step.free {
		return refuse("%shas a null at byte %d: leave it out", s.where(), s.i)
	}
	return s.word("null")
}
