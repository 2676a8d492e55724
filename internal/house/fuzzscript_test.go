package house

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// fakeGo is a Go whose first runs of a target fail, so many times and with such words.
const fakeGo = `#!/bin/sh
[ "$1" = version ] && exit
echo >>%[1]s/runs
[ "$(wc -l <%[1]s/runs)" -gt %[2]d ] && exit
printf -- '%[3]s\n'
exit 1
`

// A target that failed because its time was over, as Go before 1.27 has it now and
// then, is run once more. One that found something is not.
func TestFuzzRunsAgainWhatFoundNothing(t *testing.T) {
	t.Parallel()
	const late, found = `    context deadline exceeded`, `    Failing input written to testdata/fuzz/F/1`
	for name, c := range map[string]struct {
		says  string
		fails int
		held  bool
	}{
		"found nothing":         {late, 1, true},
		"found nothing, twice":  {late, 2, false},
		"found something":       {found, 1, false},
		"found something late":  {late + `\n` + found, 1, false},
		"failed in another way": {`panic: a defect`, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			program := filepath.Join(dir, "go")
			if err := os.WriteFile(program, fmt.Appendf(nil, fakeGo, dir, c.fails, c.says), 0o700); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "../../scripts/fuzz")
			cmd.Env = append(os.Environ(), "GO="+program)
			if out, err := cmd.CombinedOutput(); (err == nil) != c.held {
				t.Errorf("%v; want it to hold: %v\n%s", err, c.held, out)
			}
		})
	}
}
