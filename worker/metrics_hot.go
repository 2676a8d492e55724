package worker

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/context-manager/context-manager/messages"
)

// hotMetrics are those that every request counts, with their labels looked up
// once: to look them up each time took a fiftieth of an assemble.
type hotMetrics struct {
	ended map[ending]endingMetrics // never written to once it is made

	immediate, shortTerm, longTerm, overhead prometheus.Counter // tokens
}

// An ending is that of a request which was worked on.
type ending struct {
	lane messages.Lane
	op   string
}

type endingMetrics struct {
	well prometheus.Counter
	took prometheus.Observer
}

func (m *metrics) lookedUp() hotMetrics {
	h := hotMetrics{
		ended:     make(map[ending]endingMetrics),
		immediate: m.tokens.WithLabelValues(string(messages.Immediate)),
		shortTerm: m.tokens.WithLabelValues(string(messages.ShortTerm)),
		longTerm:  m.tokens.WithLabelValues(string(messages.LongTerm)),
		overhead:  m.tokens.WithLabelValues("overhead"),
	}
	for _, lane := range [...]messages.Lane{messages.LaneAsk, messages.LaneJob} {
		for _, op := range [...]messages.Op{messages.OpStore, messages.OpAssemble} {
			h.ended[ending{lane, string(op)}] = endingMetrics{
				well: m.requests.WithLabelValues(string(lane), string(op), codeName(nil)),
				took: m.latency.WithLabelValues(string(lane), string(op)),
			}
		}
	}
	return h
}
