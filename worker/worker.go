package worker

import (
	"math/rand/v2"
	"sync/atomic"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/semaphore"

	"github.com/context-manager/context-manager/messages"
	"github.com/context-manager/context-manager/messages/envelope"
	"github.com/context-manager/context-manager/worker/operations"
	"github.com/context-manager/context-manager/worker/room"
)

// putOffCaps is how many times RetryCap a job that was put off often stays away
// at least. Above one, so that a job that kills its workers, which comes back
// after each AckWait, is told in time from one that is put off.
const putOffCaps = 4

// A Worker serves requests. Make one with New and run it once with Run.
type Worker struct {
	cfg    Config
	deps   Deps
	js     jetstream.JetStream
	bounds atomic.Pointer[jobBounds]

	operations map[messages.Op]operations.Func
	metrics    *metrics
	audit      *auditor
	settle     settler
	seen       *seenSet
	rates      *rates
	retry      delays // of jobs that failed in passing
	putOff     delays // of jobs whose key's rate is used up
	asks, jobs *admission
	held       *semaphore.Weighted // jobs that wait for their key's rate
	suspects   *semaphore.Weighted // one at a time: what may stop its workers
	crew       *crew
	outage     outage
	room       *room.Room
	heavies    *heavies
	buffers    buffers
	checkup    *checkup
	deaf       chan error // why it hears no asks any more
	state      atomic.Int32

	jobFault, letterFault lastFault // what checkJobs and checkLetters found

	atCheckpoint func(checkpoint, envelope.Verified) // tests only
}

// New makes a worker and registers its metrics. It touches no network.
func New(cfg Config, deps Deps) (*Worker, error) {
	if err := deps.validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults(deps.Subjects.Prefix())
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	js, err := jetstream.New(deps.Conn)
	if err != nil {
		return nil, err
	}
	w := &Worker{cfg: cfg, deps: deps, js: js, metrics: newMetrics(), crew: newCrew(), deaf: make(chan error, 1)}
	if err := w.metrics.register(deps.Registerer, w.states()); err != nil {
		return nil, err
	}
	w.prepare()
	return w, nil
}

func (w *Worker) prepare() {
	cfg, now := w.cfg, w.deps.Clock()
	w.retry = delays{base: cfg.RetryBase, limit: cfg.RetryCap, random: rand.Float64}
	w.putOff = delays{base: cfg.RetryBase, limit: putOffCaps * cfg.RetryCap, random: rand.Float64}
	w.heed(jetstream.ConsumerConfig{})
	w.room = room.New(w.deps.Reader, cfg.PageBytes, cfg.RetryAfter)
	w.heavies = newHeavies(cfg.RetryAfter)
	w.checkup = &checkup{ask: w.deps.Health, clock: w.deps.Clock, most: cfg.HealthTimeout}
	w.operations = operations.Table(w.operationDeps())
	w.audit = newAuditor(w.deps.Audit, cfg, w.metrics, w.deps.Clock)
	w.settle = settler{metrics: w.metrics, log: w.deps.Logger}
	// A request can be sent again while its time is inside the window, which is
	// from one window before the clock to one after it.
	w.seen = newSeenSet(cfg.SeenIDs, 2*messages.TimeWindow, now)
	w.rates = newRates()
	w.held = semaphore.NewWeighted(int64(max(1, cfg.JobInFlight/4)))
	w.suspects = semaphore.NewWeighted(1)
	w.asks = newAdmission(cfg.AskInFlight, cfg.AskInFlightBytes, w.metrics.loadOf(messages.LaneAsk))
	w.jobs = newAdmission(cfg.JobInFlight, cfg.JobInFlightBytes, w.metrics.loadOf(messages.LaneJob))
}

// operationDeps are what operations work with: between them and the tiers stands the room.
func (w *Worker) operationDeps() operations.Deps {
	return operations.Deps{
		Reader:     w.room,
		Log:        w.room.Log(w.deps.Log),
		Sizes:      w.room,
		Analyzer:   w.deps.Analyzer,
		Clock:      w.deps.Clock,
		Stamp:      w.stamp,
		Pause:      changePause(rand.Float64),
		MostOwner:  w.room.Most(),
		MaxPayload: w.deps.Conn.MaxPayload,
		Assembled:  w.metrics.assembled,
	}
}
