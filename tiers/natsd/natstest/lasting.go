package natstest

import "go.uber.org/goleak"

// Lasting has a search for leaked goroutines pass over those that a server starts
// once for the whole process, its account resolver and its clock, and over that of
// a stream's file store: of a stream that is being made as the server is shut down
// it goes on (nats-server 2.15.2; seen 27 times in 60).
func Lasting() []goleak.Option {
	return []goleak.Option{
		goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server/ats.init.0.func1"),
		goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1"),
		goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server.(*fileStore).flushStreamStateLoop"),
	}
}
