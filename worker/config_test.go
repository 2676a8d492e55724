package worker

import (
	"strings"
	"testing"
	"time"
)

func TestDefaultConfigIsValid(t *testing.T) {
	t.Parallel()
	c := Config{}.withDefaults("my.ctx")
	if err := c.validate(); err != nil {
		t.Fatal(err)
	}
	if c.Jobs != "MY-CTX_JOBS" || c.ID == "" {
		t.Fatalf("Jobs %q, ID %q", c.Jobs, c.ID)
	}
}

func TestConfigRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Config){
		"limits of the ask lane": func(c *Config) { c.AskInFlight = -1 },
		"limits of the job lane": func(c *Config) { c.MaxAttempts = -1 },
		"JobBatchBytes":          func(c *Config) { c.JobBatchBytes = 1 << 20 },
		"RetryCap":               func(c *Config) { c.RetryCap = time.Millisecond },
		"SeenIDs":                func(c *Config) { c.SeenIDs = -1 },
	} {
		c := Config{}.withDefaults("ctx")
		change(&c)
		if err := c.validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
