//go:build race

package main

// detectorShare is how many times its memory the race detector has a process
// take: 5 to 10 times, as its documentation says. It is no part of what is
// promised, so make test runs the tests of memory without it once more.
const detectorShare = 10
