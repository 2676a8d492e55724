package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/context-manager/context-manager/messages"
)

// What turns are made of: a few hundred words in some order, as many as people say at a time.
const vocabulary = `the a we I you it they pump heating boiler mechanic ordered arrives Tuesday Friday morning invoice paid garden fence
paint green kitchen table chair lamp window broken repaired called office meeting report numbers quarter growth budget plan trip
train station ticket Lisbon Porto hotel booked cancelled weather rain sunny walk dog cat vet medicine doctor appointment school
children teacher homework piano lesson concert tickets birthday cake flour sugar oven recipe soup bread market fish price euros
cheap expensive phone battery charger screen laptop keyboard server database backup restore deploy error log metric latency cache
customer contract signed lawyer letter bank loan interest rate house roof leak plumber electrician drill screws wood oil finish`

// Turn is the i-th turn of a made-up conversation, the same in every run. Tests
// that load a worker use it too.
func Turn(i int) messages.Item {
	words := strings.Fields(vocabulary)
	random := rand.New(rand.NewPCG(uint64(i), 1)) //nolint:gosec // text to measure with, not a secret
	var b strings.Builder
	for n := 8 + random.IntN(28); n > 0; n-- {
		b.WriteString(words[random.IntN(len(words))])
		b.WriteByte(' ')
	}
	speaker := [...]string{"Ines", "Tomás"}[i%2]
	return messages.Item{
		ID: fmt.Sprintf("turn-%d", i), Level: messages.ShortTerm, Name: speaker, Text: strings.TrimSpace(b.String()) + ".",
		Time: 1_772_000_000_000 + int64(i)*20_000,
	}
}
