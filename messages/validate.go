package messages

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// The Validate methods set the defaults of a decoded request and refuse what
// cannot be meant: CodeTooLarge above a limit, else CodeBadRequest, with the
// field's name and what to do. They need no clock and touch no store.

// maxTimeMS is the last millisecond of the year 9999.
const maxTimeMS = 253_402_300_799_999

// maxCursorBytes bounds the cursor of a list, which is the worker's to write.
const maxCursorBytes = 1024

// validator is a request that can be judged by itself.
type validator interface{ Validate() error }

var _ = []validator{
	(*StoreRequest)(nil), (*AssembleRequest)(nil), (*ListRequest)(nil), (*UpdateRequest)(nil),
	(*DeleteRequest)(nil), (*ClearRequest)(nil), (*PromoteRequest)(nil), (*StatsRequest)(nil),
}

// firstError runs checks until one fails.
func firstError(checks ...func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func badField(field, format string, args ...any) error {
	return Errorf(CodeBadRequest, "%s "+format, append([]any{field}, args...)...)
}

// checkOptionalID is CheckID for an id that may be left out.
func checkOptionalID(what, id string) error {
	if id == "" {
		return nil
	}
	return CheckID(what, id, MaxIDBytes)
}

// checkIDs refuses an empty list, a bad id, and an id twice.
func checkIDs(field string, ids []string, most int) error {
	if len(ids) > most {
		return Errorf(CodeTooLarge, "%s has %d ids, at most %d are allowed: send more requests", field, len(ids), most)
	}
	seen := make(map[string]struct{}, len(ids))
	for i, id := range ids {
		if err := CheckID("", id, MaxIDBytes); err != nil {
			return Placed(err, "%s[%d]", field, i)
		}
		if _, twice := seen[id]; twice {
			return Errorf(CodeBadRequest, "%s[%d] is an id that the list has before: name each once", field, i)
		}
		seen[id] = struct{}{}
	}
	return nil
}

func requireIDs(ids []string) error {
	if len(ids) == 0 {
		return badField("ids", "is empty: name at least one item")
	}
	return checkIDs("ids", ids, MaxIDsPerRequest)
}

// checkText refuses text that cannot be stored and given back as it is.
func checkText(field, text string) error {
	if !utf8.ValidString(text) {
		return badField(field, "is not valid UTF-8")
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return badField(field, "has a NUL at byte %d: remove it", i)
	}
	return nil
}

func requireText(field, text string) error {
	if text == "" {
		return badField(field, "is empty: an item needs text")
	}
	return checkText(field, text)
}

// checkName refuses a speaker's name that would not stay in its line.
func checkName(field, name string) error {
	if len(name) > MaxNameBytes {
		return Errorf(CodeTooLarge, "%s has %d bytes, at most %d are allowed", field, len(name), MaxNameBytes)
	}
	if i := strings.IndexAny(name, "\u2028\u2029"); i >= 0 { // Unicode's own, which are no control characters
		return badField(field, "has a line break at byte %d: remove it", i)
	}
	return checkLine(field, name)
}

// checkKnown refuses a value that is not one of the legal ones, and lists them.
func checkKnown[T ~string](field string, value T, legal ...T) error {
	if slices.Contains(legal, value) {
		return nil
	}
	return badField(field, "is not known: use one of %s", oneOf(legal))
}

// oneOf lists the legal values of a field for people.
func oneOf[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, ", ")
}

func checkLevel(field string, l Level) error { return checkKnown(field, l, Levels[:]...) }

func checkRole(field string, r Role) error { return checkKnown(field, r, Roles[:]...) }

// checkTimeMS refuses what is no time in unix milliseconds.
func checkTimeMS(field string, ms int64) error {
	if ms < 0 || ms > maxTimeMS {
		return badField(field, "must be unix milliseconds, from 0 to the year 9999")
	}
	return nil
}

func checkNotNegative[T int | int64](field string, n T) error {
	if n < 0 {
		return badField(field, "is negative: give 0 or more")
	}
	return nil
}

func checkImportance(field string, importance float64) error {
	if math.IsNaN(importance) || importance < 0 || importance > 1 {
		return badField(field, "must be from 0 to 1")
	}
	return nil
}

func checkAccesses(field string, n int) error {
	if n < 0 || n > MaxAccesses {
		return badField(field, "must be from 0 to %d", MaxAccesses)
	}
	return nil
}

// checkLanguage refuses what is no ISO 639-1 code. Empty means that it is to be detected.
func checkLanguage(field, language string) error {
	if language == "" || len(language) == 2 && isLower(language[0]) && isLower(language[1]) {
		return nil
	}
	return badField(field, "must be an ISO 639-1 code of two lower-case letters, such as en, or left out")
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

func checkMetadata(field string, pairs map[string]string) error {
	if len(pairs) > MaxMetadataPairs {
		return Errorf(CodeTooLarge, "%s has %d pairs, at most %d are allowed", field, len(pairs), MaxMetadataPairs)
	}
	for key, value := range pairs {
		if err := CheckID("key", key, MaxMetadataKey); err != nil {
			return Placed(err, "%s: a ", field)
		}
		if len(value) > MaxMetadataValue {
			return Errorf(CodeTooLarge, "%s: a value has %d bytes, at most %d are allowed", field, len(value), MaxMetadataValue)
		}
		if err := checkText("value", value); err != nil {
			return Placed(err, "%s: a ", field)
		}
	}
	return nil
}

func checkEmbedding(field string, vector []float32) error {
	if len(vector) > MaxEmbeddingDims {
		return Errorf(CodeTooLarge, "%s has %d numbers, at most %d are allowed", field, len(vector), MaxEmbeddingDims)
	}
	for i, x := range vector {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return badField(field, "has a number at %d that is not finite", i)
		}
	}
	return nil
}
