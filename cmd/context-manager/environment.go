package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// environment is the process environment, passed in so that nothing reads the
// real one behind a test's back. A variable set to nothing counts as not set.
type environment map[string]string

func newEnvironment(pairs []string) environment {
	env := make(environment, len(pairs))
	for _, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok && value != "" {
			env[name] = value
		}
	}
	return env
}

// options make kong read env tags from this environment instead of the process's.
func (e environment) options() []kong.Option {
	names := make(map[*kong.Flag]string)
	return []kong.Option{
		kong.PostBuild(func(k *kong.Kong) error {
			collectEnvs(k.Model.Node, names)
			return nil
		}),
		kong.Resolvers(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
			if value, ok := e[names[flag]]; ok {
				return value, nil
			}
			return nil, nil
		})),
	}
}

// collectEnvs moves the env tags of all flags into names and into the help text.
func collectEnvs(node *kong.Node, names map[*kong.Flag]string) {
	for _, flag := range node.Flags {
		if len(flag.Tag.Envs) == 0 {
			continue
		}
		names[flag] = flag.Tag.Envs[0]
		flag.Help += " ($" + flag.Tag.Envs[0] + ")"
		flag.Envs, flag.Tag.Envs = nil, nil
	}
	for _, child := range node.Children {
		collectEnvs(child, names)
	}
}
