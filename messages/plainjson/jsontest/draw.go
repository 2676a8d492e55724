// Package jsontest draws JSON for tests: all that a document may have, with any white
// space and with brackets where they mean nothing.
package jsontest

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// Values are JSON of each kind.
func Values() []string {
	return []string{`"a]},{\"\\"`, `""`, `0`, `-1.5e+7`, `true`, `false`, `null`, `[]`, `["]",[1,{"a":"}"}]]`, `{}`, `{"a":{"b":["}"]},"replies":[{}]}`}
}

// Object draws the JSON of an object, with any white space and any brackets in its strings.
func Object(t *rapid.T) []byte {
	return []byte("{" + members(t, 2) + "}")
}

func members(t *rapid.T, depth int) string {
	all := make([]string, rapid.IntRange(0, 3).Draw(t, "members"))
	for i := range all {
		all[i] = Space(t) + fmt.Sprintf(`"%d`, i) + quoted(t)[1:] + Space(t) + ":" + Space(t) + Value(t, depth) + Space(t)
	}
	return strings.Join(all, ",") + Space(t)
}

// Value draws the JSON of a value of any kind, in which no more than so many objects
// and lists are in each other.
func Value(t *rapid.T, depth int) string {
	kinds := 7
	if depth == 0 {
		kinds = 5
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return quoted(t)
	case 1, 2, 3, 4:
		return rapid.SampledFrom([]string{"null", "true", "false", "0", "-1.5e-7", "123456789012345678901234567890"}).Draw(t, "value")
	case 5:
		return "{" + members(t, depth-1) + "}"
	default:
		elements := make([]string, rapid.IntRange(1, 3).Draw(t, "elements"))
		for i := range elements {
			elements[i] = Space(t) + Value(t, depth-1) + Space(t)
		}
		return "[" + strings.Join(elements, ",") + "]"
	}
}

func quoted(t *rapid.T) string {
	pieces := []string{"a", `\"`, `\\`, `\u005d`, `\n`, "{", "}", "[", "]", ",", ":", " ", "é", `"}],[{"`[1:4]}
	return `"` + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(t, "text"), "") + `"`
}

// Space draws what may stand between the tokens of JSON.
func Space(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "", "", " ", "\n", "\t\r"}).Draw(t, "space")
}
