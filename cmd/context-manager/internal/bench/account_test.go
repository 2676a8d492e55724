package bench

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

// PRODUCTION.md says to measure on one's own servers: the account there has
// room for a bench beside the deployment, and for the worlds of one with --growth.
func TestABenchFitsBesideADeployment(t *testing.T) {
	t.Parallel()
	conf, err := os.ReadFile("../../../../deploy/nats/accounts.conf")
	if err != nil {
		t.Fatal(err)
	}
	most := regexp.MustCompile(`max_streams: (\d+)`).FindSubmatch(conf)
	if most == nil {
		t.Fatal("the account has no limit of streams: this test looks for the wrong words")
	}
	limit, err := strconv.Atoi(string(most[1]))
	if err != nil {
		t.Fatal(err)
	}
	grown := &Command{growthFlags: growthFlags{Growth: true}}
	if err := grown.checkGrowth(); err != nil {
		t.Fatal(err)
	}
	w := &world{}
	w.settle(messages.DefaultPrefix)
	const deployment, workers = 7, 2
	if want := deployment + len(w.streams())*(len(grown.Others)+workers); limit < want {
		t.Errorf("the account may have %d streams, a bench with --growth and a deployment need %d", limit, want)
	}
}
