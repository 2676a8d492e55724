package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
	"github.com/context-manager/context-manager/internal/chaos"
)

// The chaos runner is a test, so that workers are processes of this very
// build. scripts/chaos sets these; without them a short run of each kind is
// part of the tests.
const (
	chaosDuration = "CHAOS_DURATION"
	chaosSeed     = "CHAOS_SEED"
	chaosServers  = "CHAOS_SERVERS"
	chaosWorkers  = "CHAOS_WORKERS"
	chaosCallers  = "CHAOS_CALLERS"
	chaosFaults   = "CHAOS_FAULTS" // names, divided by commas
)

// TestChaos runs workers and servers that are killed and cut at random under
// mixed load, and checks the promises of delivery from outside.
func TestChaos(t *testing.T) {
	t.Parallel()
	for _, servers := range chaosKinds(t) {
		t.Run(strconv.Itoa(servers)+"-server", func(t *testing.T) {
			t.Parallel()
			seed := uint64(chaosNumber(t, chaosSeed, 0))
			if seed == 0 {
				seed = uint64(time.Now().UnixNano())
			}
			chaos.Run(t, chaos.Options{
				Seed: seed, Servers: servers, Duration: chaosTime(t), Program: shell.Program,
				Faults:  strings.FieldsFunc(os.Getenv(chaosFaults), func(r rune) bool { return r == ',' }),
				Workers: chaosNumber(t, chaosWorkers, 2), Callers: chaosNumber(t, chaosCallers, 2),
			})
		})
	}
}

// chaosKinds says how many servers to run with: one kind if it is asked for, else both.
func chaosKinds(t *testing.T) []int {
	t.Helper()
	if n := chaosNumber(t, chaosServers, 0); n != 0 {
		return []int{n}
	}
	return []int{1, 3}
}

func chaosTime(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(chaosDuration)
	if text == "" {
		return 6 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%s: %v", chaosDuration, err)
	}
	return d
}

func chaosNumber(t *testing.T, name string, fallback int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return fallback
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
