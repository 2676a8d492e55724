package house

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

const longest = 400 // lines of a file

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	check(t, read(t, true), tooLong)
}

func tooLong(s source) []string {
	if s.lines <= longest {
		return nil
	}
	return []string{fmt.Sprintf("%s has %d lines; at most %d: it holds more than one idea", s.name, s.lines, longest)}
}

func TestPackagesAreNamedAfterWhatTheyHold(t *testing.T) {
	t.Parallel()
	check(t, read(t, true), vagueName)
}

func vagueName(s source) []string {
	vague := []string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "lib", "base"}
	if slices.Contains(vague, path.Base(s.dir)) || slices.Contains(vague, s.file.Name.Name) {
		return []string{s.name + " is in a package named after nothing"}
	}
	return nil
}

// JetStream's verdicts on a message are given in one place, so that a reader can see that each message gets one.
func TestOneFileSettles(t *testing.T) {
	t.Parallel()
	check(t, read(t, false), settles)
}

func settles(s source) []string {
	if s.name == "worker/settle.go" || strings.HasPrefix(s.dir, "cmd/") { // bench measures the wire beside the worker
		return nil
	}
	verdicts := []string{"Ack", "DoubleAck", "Nak", "NakWithDelay", "Term", "TermWithReason"}
	return calls(s, func(call *ast.CallExpr) string {
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if ok && slices.Contains(verdicts, sel.Sel.Name) {
			return sel.Sel.Name + ": only worker/settle.go acks, naks and terminates"
		}
		return ""
	})
}

// Time comes from outside, so that tests own it. time.Until is left out: what
// remains of a context's deadline is by the process's own clock.
func TestOnlyCmdReadsTheClock(t *testing.T) {
	t.Parallel()
	check(t, read(t, false), readsTheClock)
}

func readsTheClock(s source) []string {
	clock := s.packageName("time")
	if clock == "" || strings.HasPrefix(s.dir, "cmd/") || s.name == "tiers/jet/deadline.go" { // that says why
		return nil
	}
	return calls(s, func(call *ast.CallExpr) string {
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains([]string{"Now", "Since"}, sel.Sel.Name) {
			return ""
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == clock {
			return "time." + sel.Sel.Name + ": the clock is injected"
		}
		return ""
	})
}

func TestNothingPanics(t *testing.T) {
	t.Parallel()
	check(t, read(t, false), panics)
}

func panics(s source) []string {
	return calls(s, func(call *ast.CallExpr) string {
		if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "panic" && name.Obj == nil {
			return "panic: return an error"
		}
		return ""
	})
}

// calls lists the calls of a file that a judge has something to say about.
func calls(s source, judge func(*ast.CallExpr) string) []string {
	var offences []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if verdict := judge(call); verdict != "" {
				offences = append(offences, s.at(call)+": "+verdict)
			}
		}
		return true
	})
	return offences
}

// A Verified request can be made by verification alone.
func TestNobodyForgesAVerifiedRequest(t *testing.T) {
	t.Parallel()
	found := false
	check(t, read(t, false), func(s source) []string {
		found = found || declaresVerified(s)
		return forges(s)
	})
	if !found {
		t.Error("messages/envelope declares no Verified with unexported fields alone")
	}
}

func declaresVerified(s source) bool {
	if s.dir != "messages/envelope" {
		return false
	}
	sealed := false
	ast.Inspect(s.file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "Verified" {
			return true
		}
		fields, ok := spec.Type.(*ast.StructType)
		sealed = ok && len(fields.Fields.List) > 0 && !slices.ContainsFunc(fields.Fields.List, exported)
		return false
	})
	return sealed
}

func exported(f *ast.Field) bool {
	return len(f.Names) == 0 || slices.ContainsFunc(f.Names, (*ast.Ident).IsExported)
}

func forges(s source) []string {
	verification := s.packageName(module + "/messages/envelope")
	if verification == "" {
		return nil
	}
	var offences []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		sel, ok := lit.Type.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Verified" {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == verification && !goesNowhere(s.file, lit) {
			offences = append(offences, s.at(lit)+": only messages/envelope makes a Verified")
		}
		return true
	})
	return offences
}

// goesNowhere tells whether a literal is the empty result beside an error, or
// what a checkpoint is given before there is a request: tests alone look at those.
func goesNowhere(file *ast.File, lit *ast.CompositeLit) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.ReturnStmt:
			found = found || len(x.Results) > 1 && slices.Contains(x.Results, ast.Expr(lit))
		case *ast.CallExpr:
			hook, ok := x.Fun.(*ast.SelectorExpr)
			found = found || ok && hook.Sel.Name == "reach" && slices.Contains(x.Args, ast.Expr(lit))
		}
		return !found
	})
	return found
}
