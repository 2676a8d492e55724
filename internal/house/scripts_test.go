package house

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A script that cannot begin says why and exits with 2, and not as if it had found something.
func TestScriptsSayWhyTheyCannotBegin(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env, script, says string
		args              []string
	}{
		"chaos without Go":            {env: "GO=/nowhere/go", script: "chaos", says: "cannot run /nowhere/go"},
		"soak without Go":             {env: "GO=/nowhere/go", script: "soak", says: "cannot run /nowhere/go"},
		"fuzz without Go":             {env: "GO=/nowhere/go", script: "fuzz", says: "cannot run /nowhere/go"},
		"chaos for no time":           {script: "chaos", args: []string{"--duration", "xm"}, says: "--duration must be"},
		"chaos for part of a minute":  {script: "chaos", args: []string{"--duration", "1.5m"}, says: "--duration must be"},
		"chaos with a word as seed":   {script: "chaos", args: []string{"--seed", "seed"}, says: "--seed must be"},
		"chaos with two servers":      {script: "chaos", args: []string{"--servers", "2"}, says: "--servers must be"},
		"chaos with nobody":           {script: "chaos", args: []string{"--workers", "0"}, says: "--workers must be"},
		"chaos with no value":         {script: "chaos", args: []string{"--callers"}, says: "--callers needs a value"},
		"chaos with something else":   {script: "chaos", args: []string{"--fast"}, says: "unknown: --fast"},
		"soak for a word":             {env: "SOAKTIME=longm", script: "soak", says: "SOAKTIME must be"},
		"soak for a number of zeroes": {env: "SOAKTIME=08m", script: "soak", says: "SOAKTIME must be"},
		"soak with an argument":       {script: "soak", args: []string{"--help"}, says: "takes no arguments"},
		"fuzz with an argument":       {script: "fuzz", args: []string{"10s"}, says: "takes no arguments"},
		"fuzz for a word":             {env: "FUZZTIME=long", script: "fuzz", says: "FUZZTIME must be"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), "../../scripts/"+c.script, c.args...)
			if c.env != "" {
				cmd.Env = append(os.Environ(), c.env)
			}
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), c.says) {
				t.Errorf("%v; want exit code 2 and %q:\n%s", err, c.says, out)
			}
		})
	}
}
