package natstest

import "go.uber.org/goleak"

// Lasting has a search for leaked goroutines pass over those that a server starts
// once for the whole process: its account resolver and its clock.
func Lasting() []goleak.Option {
	return []goleak.Option{
		goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server/ats.init.0.func1"),
		goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1"),
	}
}
