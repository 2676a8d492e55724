package messages

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// anyValues are JSON of each kind.
var anyValues = []string{`"a]},{\"\\"`, `""`, `0`, `-1.5e+7`, `true`, `false`, `null`, `[]`, `["]",[1,{"a":"}"}]]`, `{}`, `{"a":{"b":["}"]},"replies":[{}]}`}

// drawObject draws the JSON of an object, with any white space and any brackets in its strings.
func drawObject(t *rapid.T) []byte {
	return []byte("{" + drawMembers(t, 2) + "}")
}

func drawMembers(t *rapid.T, depth int) string {
	members := make([]string, rapid.IntRange(0, 3).Draw(t, "members"))
	for i := range members {
		members[i] = drawSpace(t) + fmt.Sprintf(`"%d`, i) + drawQuoted(t)[1:] + drawSpace(t) + ":" + drawSpace(t) + drawValue(t, depth) + drawSpace(t)
	}
	return strings.Join(members, ",") + drawSpace(t)
}

func drawValue(t *rapid.T, depth int) string {
	kinds := 7
	if depth == 0 {
		kinds = 5
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return drawQuoted(t)
	case 1, 2, 3, 4:
		return rapid.SampledFrom([]string{"null", "true", "false", "0", "-1.5e-7", "123456789012345678901234567890"}).Draw(t, "value")
	case 5:
		return "{" + drawMembers(t, depth-1) + "}"
	default:
		elements := make([]string, rapid.IntRange(1, 3).Draw(t, "elements"))
		for i := range elements {
			elements[i] = drawSpace(t) + drawValue(t, depth-1) + drawSpace(t)
		}
		return "[" + strings.Join(elements, ",") + "]"
	}
}

func drawQuoted(t *rapid.T) string {
	pieces := []string{"a", `\"`, `\\`, `\u005d`, `\n`, "{", "}", "[", "]", ",", ":", " ", "é", `"}],[{"`[1:4]}
	return `"` + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(t, "text"), "") + `"`
}

func drawSpace(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "", "", " ", "\n", "\t\r"}).Draw(t, "space")
}
