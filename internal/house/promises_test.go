package house

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs/PROMISES.md names for every promise its mechanism and its tests: the
// file is there, the test stands in the package that is named, and a row
// without a test says so.
func TestPromisesHaveTheirTests(t *testing.T) {
	t.Parallel()
	tests := testsByPackage(t)
	rows := promises(documents(t)["docs/PROMISES.md"])
	if len(rows) < 40 {
		t.Fatalf("found %d promises: this test looks for the wrong thing", len(rows))
	}
	for _, row := range rows {
		if len(row.tests) == 0 && !strings.Contains(row.open, "not shown") {
			t.Errorf("%s: no test, and it does not say \"not shown\"", row.promise)
		}
		for _, name := range row.tests {
			if !tests[name] {
				t.Errorf("%s: %s does not exist", row.promise, name)
			}
		}
		for _, file := range row.files {
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s: %v", row.promise, err)
			}
		}
	}
}

// A promise is one row: what is promised, by which files, shown by which tests.
type promise struct {
	promise      string
	files, tests []string
	open         string // what is only measured, or not shown
}

var (
	namedFile = regexp.MustCompile("`([a-z][\\w/.-]*\\.go)`")
	namedTest = regexp.MustCompile("`([a-z][\\w/-]*\\.(?:Test|Fuzz)[A-Z]\\w+)`")
)

// promises reads the rows of every table of four columns.
func promises(text string) (rows []promise) {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || strings.Contains(line, "---") || strings.TrimSpace(cells[0]) == "promise" {
			continue
		}
		rows = append(rows, promise{
			promise: strings.TrimSpace(cells[0]), files: matches(namedFile, cells[1]), tests: matches(namedTest, cells[2]), open: cells[3],
		})
	}
	return rows
}

func matches(pattern *regexp.Regexp, text string) (found []string) {
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

// testsByPackage lists every test as its folder and its name: "tiers.TestX".
func testsByPackage(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	declaration := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, s := range read(t, true) {
		text, err := os.ReadFile(filepath.Join(root, s.name))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range matches(declaration, string(text)) {
			tests[path.Dir(s.name)+"."+name] = true
		}
	}
	return tests
}
