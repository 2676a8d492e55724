package main

// megabytes is a size in MiB.
type megabytes int

func (m megabytes) bytes() int { return int(m) << 20 }
