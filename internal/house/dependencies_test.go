package house

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every module that the code imports is in docs/DEPENDENCIES.md, with the
// version of go.mod, a reason, its last release and its licence; and nothing else is.
func TestDependenciesAreReviewed(t *testing.T) {
	t.Parallel()
	versions := required(t)
	used := map[string]string{}
	for _, s := range read(t, true) {
		for _, imported := range s.imports() {
			if standard(imported) || covers(module, imported) {
				continue
			}
			mod := moduleOf(imported, versions)
			if mod == "" {
				t.Errorf("%s imports %s, which go.mod does not require", s.name, imported)
				continue
			}
			used[mod] = versions[mod]
		}
	}
	reviewed := reviewedModules(t)
	for mod, version := range used {
		if reviewed[mod] != version {
			t.Errorf("%s %s is imported; docs/DEPENDENCIES.md has %q", mod, version, reviewed[mod])
		}
	}
	for mod := range reviewed {
		if used[mod] == "" {
			t.Errorf("docs/DEPENDENCIES.md has %s, which nothing imports", mod)
		}
	}
}

// moduleOf finds the longest required path that an import begins with.
func moduleOf(imported string, versions map[string]string) string {
	found := ""
	for mod := range versions {
		if covers(mod, imported) && len(mod) > len(found) {
			found = mod
		}
	}
	return found
}

// required reads go.mod, by the go command.
func required(t *testing.T) map[string]string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct{ Path, Version string }
		Replace []any
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	if len(mod.Replace) > 0 {
		t.Error("go.mod replaces modules: nobody could then import this one")
	}
	versions := map[string]string{}
	for _, r := range mod.Require {
		versions[r.Path] = r.Version
	}
	return versions
}

// reviewedModules reads the table: module, version, why, last release, licence.
func reviewedModules(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "DEPENDENCIES.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("^\\| `([^`]+)` \\| (\\S+) \\| ([^|]{10,}) \\| \\d{4}-\\d\\d-\\d\\d \\| [^|]+ \\|$")
	reviewed := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		match := row.FindStringSubmatch(line)
		if match == nil {
			if strings.HasPrefix(line, "| `") {
				t.Errorf("not a row of the table: %s", line)
			}
			continue
		}
		reviewed[match[1]] = match[2]
	}
	if len(reviewed) == 0 {
		t.Error("docs/DEPENDENCIES.md has no table")
	}
	return reviewed
}
