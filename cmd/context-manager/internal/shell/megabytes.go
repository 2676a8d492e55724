package shell

import "fmt"

// Megabytes is a size in MiB.
type Megabytes int

// mostMegabytes is a PiB: more than anybody has, and far below what overflows
// when it is counted in bytes.
const mostMegabytes Megabytes = 1 << 30

// Bytes is the size in bytes.
func (m Megabytes) Bytes() int { return int(m) << 20 }

// Validate refuses a size that could not be counted in bytes: it would turn into another one.
func (m Megabytes) Validate() error {
	if m > mostMegabytes {
		return fmt.Errorf("it must be at most %d MiB", mostMegabytes)
	}
	return nil
}
