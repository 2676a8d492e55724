package main

import (
	"errors"
	"reflect"

	"github.com/alecthomas/kong"
)

// paths has flags and arguments that name a file or a folder refuse nothing at
// all, as a variable of a script is that is not set: kong takes it for the
// folder that the program was started in.
func paths() []kong.Option {
	usual := kong.NewRegistry().RegisterDefaults()
	var options []kong.Option
	for _, name := range []string{"path", "existingdir"} {
		mapper := usual.ForNamedType(name, reflect.TypeFor[string]())
		options = append(options, kong.NamedMapper(name, kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
			if ctx.Scan.Peek().Value == "" {
				return errors.New("it is empty: name a file or a folder")
			}
			return mapper.Decode(ctx, target)
		})))
	}
	return options
}
