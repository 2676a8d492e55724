package house

import (
	"go/ast"
	"go/token"
	"testing"
)

func TestNothingRunsBeforeMain(t *testing.T) {
	t.Parallel()
	check(t, read(t, true), hasInit)
}

func hasInit(s source) []string {
	var offences []string
	for _, decl := range s.file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			offences = append(offences, s.at(f)+": init: let the caller construct it")
		}
	}
	return offences
}

// Package-level variables are constants that Go has no constant for: errors,
// tables, expressions, embedded files. Nothing writes to one.
func TestPackagesHaveNoState(t *testing.T) {
	t.Parallel()
	byDir := map[string][]source{}
	for _, s := range read(t, false) {
		byDir[s.dir] = append(byDir[s.dir], s)
	}
	for _, files := range byDir {
		for _, offence := range packageState(files) {
			t.Error(offence)
		}
	}
}

// packageState finds the variables of one package that are made to change, and the places where one is changed.
func packageState(files []source) []string {
	specs := map[string]*ast.ValueSpec{}
	var offences []string
	for _, s := range files {
		for _, spec := range variables(s.file) {
			for _, name := range spec.Names {
				if name.Name != "_" {
					specs[name.Name] = spec
				}
			}
			if changeable(spec) && !setByLinker(s, spec) {
				offences = append(offences, s.at(spec)+": a package variable without a value, or of a type made to change")
			}
		}
	}
	for _, s := range files {
		ast.Inspect(s.file, func(n ast.Node) bool {
			for _, target := range written(n) {
				if ofPackage(target, specs) {
					offences = append(offences, s.at(n)+": writes to the package variable "+target.Name)
				}
			}
			return true
		})
	}
	return offences
}

// variables lists the package-level variables of a file, embedded ones left out.
func variables(file *ast.File) []*ast.ValueSpec {
	var specs []*ast.ValueSpec
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR || embedded(gen.Doc) {
			continue
		}
		for _, spec := range gen.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && !embedded(v.Doc) {
				specs = append(specs, v)
			}
		}
	}
	return specs
}

func embedded(doc *ast.CommentGroup) bool {
	if doc == nil {
		return false
	}
	for _, line := range doc.List {
		if len(line.Text) > 11 && line.Text[:11] == "//go:embed " {
			return true
		}
	}
	return false
}

// changeable tells whether a variable can only be meant to change: it has no
// value, or is a lock, an atomic, a channel. A sync.Pool is memory to use again, and no state.
func changeable(spec *ast.ValueSpec) bool {
	if len(spec.Values) == 0 {
		return true
	}
	found := false
	for _, value := range append([]ast.Expr{spec.Type}, spec.Values...) {
		if value == nil {
			continue
		}
		ast.Inspect(value, func(n ast.Node) bool {
			if _, ok := n.(*ast.FuncLit); ok {
				return false
			}
			switch x := n.(type) {
			case *ast.ChanType:
				found = true
			case *ast.SelectorExpr:
				pkg, ok := x.X.(*ast.Ident)
				found = found || ok && (pkg.Name == "atomic" || pkg.Name == "sync" && x.Sel.Name != "Pool")
			}
			return !found
		})
	}
	return found
}

// setByLinker tells whether a variable is the program's version, which -ldflags -X sets.
func setByLinker(s source, spec *ast.ValueSpec) bool {
	return s.dir == "cmd/context-manager" && len(spec.Names) == 1 && spec.Names[0].Name == "version"
}

// written lists the variables at the root of what a statement writes to, or whose address it takes.
func written(n ast.Node) []*ast.Ident {
	var targets []ast.Expr
	switch x := n.(type) {
	case *ast.AssignStmt:
		if x.Tok != token.DEFINE {
			targets = x.Lhs
		}
	case *ast.IncDecStmt:
		targets = []ast.Expr{x.X}
	case *ast.RangeStmt:
		if x.Tok == token.ASSIGN {
			targets = []ast.Expr{x.Key, x.Value}
		}
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			targets = []ast.Expr{x.X}
		}
	case *ast.CallExpr:
		if f, ok := x.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear") && len(x.Args) > 0 {
			targets = x.Args[:1]
		}
	}
	var roots []*ast.Ident
	for _, target := range targets {
		if ident := rootOf(target); ident != nil {
			roots = append(roots, ident)
		}
	}
	return roots
}

// rootOf follows a.b[c].d to a.
func rootOf(e ast.Expr) *ast.Ident {
	switch x := e.(type) {
	case *ast.Ident:
		return x
	case *ast.IndexExpr:
		return rootOf(x.X)
	case *ast.SelectorExpr:
		return rootOf(x.X)
	case *ast.StarExpr:
		return rootOf(x.X)
	case *ast.ParenExpr:
		return rootOf(x.X)
	default:
		return nil
	}
}

// ofPackage tells whether a name stands for a variable of the package: it is
// one's, and no local name of the file hides it.
func ofPackage(ident *ast.Ident, specs map[string]*ast.ValueSpec) bool {
	spec, ok := specs[ident.Name]
	return ok && (ident.Obj == nil || ident.Obj.Decl == spec)
}
