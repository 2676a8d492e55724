package worker

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(victimURL) != "" {
		victimMain()
	}
	goleak.VerifyTestMain(m)
}
