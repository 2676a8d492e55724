// Command context-manager runs workers of Context Manager, alone or with an
// embedded server, and is its client for people and scripts.
//
// It exits with 0 when all went well, 1 on failure, 2 on wrong usage, and 130
// when a second signal cut short what the first had begun to stop.
package main

import (
	"context"
	"os"
)

func main() {
	ctx, release := interruptible(context.Background())
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	release()
	os.Exit(code)
}
