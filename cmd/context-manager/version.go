package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// version is set by the linker for a release: -ldflags "-X main.version=v1.2.3".
var version string

// versionCmd says which version this is.
type versionCmd struct {
	JSON bool `name:"json" help:"Print it as one line of JSON."`
}

// Help is shown by --help.
func (*versionCmd) Help() string {
	return `With --json also which commit it was built from, and when, if that is known.

Example:

    context-manager version --json | jq -r .version`
}

// buildVersion is what is known about this build.
type buildVersion struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Time    string `json:"time,omitempty"` // of the commit
	Dirty   bool   `json:"dirty,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// Run prints the version.
func (c *versionCmd) Run(_ context.Context, sh *shell.Shell) error {
	v := currentVersion()
	if c.JSON {
		return sh.JSON(v)
	}
	_, err := fmt.Fprintf(sh.Out, "%s %s (%s, %s/%s)%s\n", shell.Program, v.Version, v.Go, v.OS, v.Arch, v.origin())
	return err
}

func currentVersion() buildVersion {
	v := buildVersion{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok {
		v.Version = cmp.Or(v.Version, info.Main.Version)
		v.fill(info.Settings)
	}
	v.Version = cmp.Or(v.Version, "(devel)")
	return v
}

func (v *buildVersion) fill(settings []debug.BuildSetting) {
	for _, s := range settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Dirty = s.Value == "true"
		}
	}
}

func (v *buildVersion) origin() string {
	if v.Commit == "" {
		return ""
	}
	text := "\ncommit " + v.Commit + " of " + v.Time
	if v.Dirty {
		text += ", with changes"
	}
	return text
}
