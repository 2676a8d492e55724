package house

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documents reads every Markdown file of the repository, by its name from the root.
func documents(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "state"):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(p) != ".md":
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, p)
		found[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil || found["README.md"] == "" {
		t.Fatalf("read the documents: %v", err)
	}
	return found
}

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
	for name, text := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(match[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), match[1])); err != nil {
				t.Errorf("%s links to %s: %v", name, match[1], err)
			}
		}
	}
}

// SECURITY.md says which test proves what: those tests exist.
func TestTestsThatDocumentsNameExist(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{}
	for name := range testsByPackage(t) {
		tests[strings.TrimPrefix(path.Ext(name), ".")] = true
	}
	named := 0
	for name, text := range documents(t) {
		for _, match := range regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w+)`").FindAllStringSubmatch(text, -1) {
			named++
			if !tests[match[1]] {
				t.Errorf("%s names the test %s, which does not exist", name, match[1])
			}
		}
	}
	if named < 20 {
		t.Errorf("found %d names of tests in the documents: this test looks for the wrong thing", named)
	}
}

// README's table of variables is the program's flags, with their defaults.
func TestREADMEHasEveryVariableWithItsDefault(t *testing.T) {
	t.Parallel()
	readme := documents(t)["README.md"]
	tag := regexp.MustCompile("env:\"(CTX_[A-Z0-9_]+)\"([^`]*)")
	standard := regexp.MustCompile(`default:"([^"$]*)"`)
	declared := map[string]bool{"CTX_KEY_SECRET": true, "CTX_KEYS": true} // variables alone: a flag would stand in the process list
	for _, s := range read(t, false) {
		if !strings.HasPrefix(s.dir, "cmd/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, s.name))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range tag.FindAllStringSubmatch(string(text), -1) {
			declared[match[1]] = true
			row := rowOf(readme, match[1])
			if row == "" {
				t.Errorf("README lacks %s", match[1])
				continue
			}
			if value := standard.FindStringSubmatch(match[2]); value != nil && !strings.Contains(row, "`"+value[1]+"`") {
				t.Errorf("README has %s, the default is %s", row, value[1])
			}
		}
	}
	for _, match := range regexp.MustCompile("CTX_[A-Z0-9_]*[A-Z0-9]").FindAllString(readme, -1) {
		if !declared[match] {
			t.Errorf("README names %s, which no flag has", match)
		}
	}
}

// rowOf finds the row of a table whose first cell names a variable.
func rowOf(text, variable string) string {
	for line := range strings.Lines(text) {
		cells := strings.SplitN(line, "|", 3)
		if len(cells) == 3 && strings.Contains(cells[1], "`"+variable+"`") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// README's table of commands has every command that is not hidden.
func TestREADMEHasEveryCommand(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "cmd", "context-manager", "cli.go"))
	if err != nil {
		t.Fatal(err)
	}
	readme := documents(t)["README.md"]
	commands := regexp.MustCompile("(?m)^\\s+(\\w+)\\s+[\\w.]+\\s+`cmd:\"\" group").FindAllStringSubmatch(string(text), -1)
	if len(commands) < 10 {
		t.Fatalf("found the commands %v: this test looks for the wrong thing", commands)
	}
	for _, command := range commands {
		name := strings.ToLower(command[1])
		if !regexp.MustCompile("(?m)^\\|[^|]*`" + name + "[` ]").MatchString(readme) {
			t.Errorf("README's table lacks the command %s", name)
		}
	}
}
