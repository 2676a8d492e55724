package shell

import (
	"strings"

	"github.com/alecthomas/kong"
)

// Environment is the process environment, passed in so that nothing reads the
// real one behind a test's back. A variable set to nothing counts as not set.
type Environment map[string]string

// NewEnvironment reads pairs such as NAME=value, as os.Environ has them.
func NewEnvironment(pairs []string) Environment {
	env := make(Environment, len(pairs))
	for _, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok && value != "" {
			env[name] = value
		}
	}
	return env
}

// Options make kong read env tags from this environment instead of the process's.
func (e Environment) Options() []kong.Option {
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
