package plainjson

import "unicode/utf8"

// A scanner goes once through a JSON document and allocates nothing a value.
// What it accepts is JSON, and means one thing only.
type scanner struct {
	tokens
	limits Limits
	names  [][]byte // of all open objects, unescaped
	path   [deepest]scanStep
	depth  int
}

// A scanStep is where the scan is in one open object or list.
type scanStep struct {
	first int // of its names in names
	index int // of the element, in a list
	list  bool
	free  bool // names are the writer's own
}

// Check refuses a body that is not one JSON object and nothing else, that two
// readers could understand differently, or that is above a limit. It is for what
// must be known before encoding/json reads it. Whatever it refuses, it says with
// an Error.
func Check(body []byte, limits Limits) error {
	if !utf8.Valid(body) {
		return refuse("the body is not valid UTF-8")
	}
	s := scanner{tokens: tokens{b: body}, limits: limits}
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
func (s *scanner) value() error {
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
func (s *scanner) enter(list bool) (*scanStep, error) {
	if most := min(s.limits.Depth, deepest); s.depth >= most {
		return nil, refuse("%sis nested deeper than %d levels", s.where(), most)
	}
	step := &s.path[s.depth]
	*step = scanStep{first: len(s.names), list: list, free: s.inFree()}
	s.depth++
	s.i++
	return step, nil
}

// leave closes the innermost object or list.
func (s *scanner) leave(step *scanStep) {
	s.names = s.names[:step.first]
	s.depth--
	s.i++
}

func (s *scanner) list() error {
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

func (s *scanner) object() error {
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
func (s *scanner) null() error {
	if step := s.path[s.depth-1]; step.list || step.free {
		return refuse("%shas a null at byte %d: leave it out", s.where(), s.i)
	}
	return s.word("null")
}
