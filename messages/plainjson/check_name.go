package plainjson

import (
	"bytes"
	"strconv"
)

func (s *scanner) field(step *scanStep) error {
	s.space()
	if s.peek() != '"' {
		return s.syntax("a name in quotes")
	}
	name, err := s.name()
	if err != nil {
		return err
	}
	if err := s.checkName(step, name); err != nil {
		return err
	}
	s.names = append(s.names, name)
	s.space()
	if err := s.expect(':'); err != nil {
		return err
	}
	return s.value()
}

// checkName refuses a name that is there already, or that no field can have.
func (s *scanner) checkName(step *scanStep, name []byte) error {
	if !step.free && !s.isFieldName(name) {
		return refuse("%shas a name that no field has, before byte %d: names are lower-case letters, digits and _", s.where(), s.i)
	}
	for _, other := range s.names[step.first:] {
		if bytes.Equal(name, other) {
			return refuse("%shas a name twice, again before byte %d", s.where(), s.i)
		}
	}
	if len(s.names)-step.first == s.limits.Fields {
		return refuseLarge("%shas more than %d fields", s.where(), s.limits.Fields)
	}
	return nil
}

// inFree tells whether the value about to be scanned is the one with free names, or inside it.
func (s *scanner) inFree() bool {
	if s.depth == 0 {
		return false
	}
	return s.path[s.depth-1].free || string(s.names[len(s.names)-1]) == s.limits.Free
}

func (s *scanner) isFieldName(name []byte) bool {
	for _, c := range name {
		if (c < 'a' || c > 'z') && !isDigit(c) && c != '_' {
			return false
		}
	}
	return len(name) > 0 && len(name) <= s.limits.NameBytes
}

// where names the object or list that the scan is in, for the start of a
// message. Names that are free are the writer's data and stay out of it.
func (s *scanner) where() string {
	path := []byte{}
	for d := range s.depth - 1 {
		switch step := s.path[d]; {
		case step.free:
			return string(path) + " "
		case step.list:
			path = append(strconv.AppendInt(append(path, '['), int64(step.index), 10), ']')
		default:
			if len(path) > 0 {
				path = append(path, '.')
			}
			path = append(path, s.names[s.path[d+1].first-1]...)
		}
	}
	if len(path) == 0 {
		return "the body "
	}
	return string(path) + " "
}
