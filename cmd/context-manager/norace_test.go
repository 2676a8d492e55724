//go:build !race

package main

// detectorShare is 1 without the race detector.
const detectorShare = 1
