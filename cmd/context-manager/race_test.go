//go:build race

package main

// detectorShare is how many times its memory the race detector has a process
// take at most. It is no part of what is promised.
const detectorShare = 3
