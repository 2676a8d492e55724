package main

import (
	"cmp"
	"errors"
	"fmt"
)

// What the flags' types alone cannot tell is judged by Validate methods, which
// kong calls once it has parsed: their errors are wrong usage.

// positive refuses a flag that is 0 or less, which would not mean what it says:
// further down 0 is what was not given.
func positive[T ~int | ~int64](flag string, value T) error {
	if value > 0 {
		return nil
	}
	return fmt.Errorf("%s must be above 0", flag)
}

// Validate checks the sizes and times of a worker.
func (f *serveFlags) Validate() error {
	return cmp.Or(
		positive("--l1", f.L1),
		positive("--in-flight", f.InFlight), positive("--in-flight-mib", f.InFlightMiB),
		positive("--job-in-flight", f.JobInFlight), positive("--job-in-flight-mib", f.JobMiB),
		positive("--pages-mib", f.PagesMiB),
		positive("--drain-timeout", f.DrainTimeout),
		positive("--short-age", f.ShortAge), positive("--ack-wait", f.AckWait),
		most("--short-mib", f.ShortMiB), most("--long-mib", f.LongMiB), most("--jobs-mib", f.JobsMiB),
		most("--dead-mib", f.DeadMiB), most("--audit-mib", f.AuditMiB),
		most("--session-items", f.SessionItems), most("--user-items", f.UserItems),
		positive("--gc-interval", f.GCInterval),
	)
}

// most refuses a limit that is none.
func most[T ~int](flag string, n T) error {
	if n > 0 || n == -1 {
		return nil
	}
	return fmt.Errorf("%s must be above 0, or -1 for no limit", flag)
}

// Validate checks the flags of a worker that connects.
func (c *workerCmd) Validate() error {
	if c.ConnectWait < 0 {
		return errors.New("--connect-wait must be above 0, or 0 for as long as it takes")
	}
	return c.serveFlags.Validate()
}

// Validate checks the flags of a server and its worker.
func (c *devCmd) Validate() error {
	if c.NATSPort < 0 || c.NATSPort > 65535 {
		return errors.New("--nats-port must be from 1 to 65535, or 0 for any free one")
	}
	return c.serveFlags.Validate()
}

// Validate checks how long a client waits.
func (f *clientFlags) Validate() error { return positive("--timeout", f.Timeout) }

// Validate checks how long an operator waits.
func (f *deadFlags) Validate() error { return positive("--timeout", f.Timeout) }
