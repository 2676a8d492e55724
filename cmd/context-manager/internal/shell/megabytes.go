package shell

// Megabytes is a size in MiB.
type Megabytes int

// Bytes is the size in bytes.
func (m Megabytes) Bytes() int { return int(m) << 20 }
