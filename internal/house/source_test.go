// Package house holds the tests of the house itself: who may import whom, what
// code may not do, how long a file may be, and which modules it stands on.
package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/context-manager/context-manager"
)

// forTests lists packages that exist for tests alone: what holds for tests holds for them.
var forTests = []string{"internal/await", "internal/chaos", "internal/rig", "internal/transcript", "messages/plainjson/jsontest", "tiers/natsd/natstest"}

// A source is one Go file of the module.
type source struct {
	name  string // from the root, with slashes
	dir   string // the same of its folder
	test  bool   // a test, or of a package for tests
	lines int
	fset  *token.FileSet
	file  *ast.File
}

// at names a place in the file, for messages.
func (s source) at(n ast.Node) string {
	return s.name + ":" + strconv.Itoa(s.fset.Position(n.Pos()).Line)
}

// imports lists what the file imports.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// packageName finds the name by which the file calls an imported package, "" if it does not import it.
func (s source) packageName(importPath string) string {
	for _, spec := range s.file.Imports {
		if spec.Path.Value != strconv.Quote(importPath) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}

// sources parses every Go file of the module, once.
var sources = sync.OnceValues(func() ([]source, error) { return parseTree(root) })

func parseTree(top string) ([]source, error) {
	var all []source
	err := filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != top && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "state"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go"):
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(top, p)
		if err != nil {
			return err
		}
		s, err := parseSource(filepath.ToSlash(name), text)
		all = append(all, s)
		return err
	})
	return all, err
}

func parseSource(name string, text []byte) (source, error) {
	s := source{
		name: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go") || slices.Contains(forTests, path.Dir(name)),
		lines: bytes.Count(text, []byte("\n")), fset: token.NewFileSet(),
	}
	var err error
	s.file, err = parser.ParseFile(s.fset, name, text, parser.ParseComments)
	return s, err
}

// read returns the module's files, or those without tests.
func read(t *testing.T, tests bool) []source {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	var some []source
	for _, s := range all {
		if tests || !s.test {
			some = append(some, s)
		}
	}
	if len(some) < 20 {
		t.Fatalf("found %d Go files under %s: this test looks in the wrong place", len(some), root)
	}
	return some
}

// check fails the test for every offence that a rule finds in some files.
func check(t *testing.T, files []source, rule func(source) []string) {
	t.Helper()
	for _, s := range files {
		for _, offence := range rule(s) {
			t.Error(offence)
		}
	}
}
