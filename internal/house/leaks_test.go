package house

import (
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

const leakChecker = "go.uber.org/goleak"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every package that has tests finds goroutines that they leave behind.
func TestEveryPackageLooksForLeaks(t *testing.T) {
	t.Parallel()
	for _, dir := range unchecked(read(t, true)) {
		t.Errorf("the tests of %s do not look for leaked goroutines: give it a TestMain with goleak", dir)
	}
}

// unchecked lists the folders with tests of which none imports goleak.
func unchecked(sources []source) (dirs []string) {
	checked := map[string]bool{}
	for _, s := range sources {
		if strings.HasSuffix(s.name, "_test.go") {
			checked[s.dir] = checked[s.dir] || slices.Contains(s.imports(), leakChecker)
		}
	}
	for dir, ok := range checked {
		if !ok {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func TestAPackageThatDoesNotLookForLeaksIsFound(t *testing.T) {
	t.Parallel()
	var all []source
	for name, text := range map[string]string{"a/a_test.go": "", "b/b_test.go": "\nimport _ \"" + leakChecker + "\"", "b/c_test.go": "", "c/c.go": ""} {
		s, err := parseSource(name, []byte("package a"+text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if got := unchecked(all); !slices.Equal(got, []string{"a"}) {
		t.Errorf("found %q; want a", got)
	}
}
