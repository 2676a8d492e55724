package messages

import (
	"bytes"
	"strconv"
)

func (s *jsonScanner) field(step *jsonStep) error {
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

// checkName refuses a name that is there already, or that no field of ours can have.
func (s *jsonScanner) checkName(step *jsonStep, name []byte) error {
	if !step.metadata && !isFieldName(name) {
		return Errorf(CodeBadJSON, "%shas a name that no field has, before byte %d: names are lower-case letters, digits and _", s.where(), s.i)
	}
	for _, other := range s.names[step.first:] {
		if bytes.Equal(name, other) {
			return Errorf(CodeBadJSON, "%shas a name twice, again before byte %d", s.where(), s.i)
		}
	}
	if len(s.names)-step.first == maxObjectFields {
		return Errorf(CodeTooLarge, "%shas more than %d fields", s.where(), maxObjectFields)
	}
	return nil
}

// inMetadata tells whether the value about to be scanned is a metadata object, or inside one.
func (s *jsonScanner) inMetadata() bool {
	if s.depth == 0 {
		return false
	}
	return s.path[s.depth-1].metadata || string(s.names[len(s.names)-1]) == metadataField
}

func isFieldName(name []byte) bool {
	for _, c := range name {
		if (c < 'a' || c > 'z') && !isDigit(c) && c != '_' {
			return false
		}
	}
	return len(name) > 0 && len(name) <= maxFieldNameBytes
}

// where names the object or list that the scan is in, for the start of a
// message. Names inside metadata are the caller's data and stay out of it.
func (s *jsonScanner) where() string {
	path := []byte{}
	for d := range s.depth - 1 {
		switch step := s.path[d]; {
		case step.metadata:
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
