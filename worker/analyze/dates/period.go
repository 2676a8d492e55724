package dates

import (
	"time"

	"github.com/context-manager/context-manager/worker/assemble"
)

// A period is a range of days: from inclusive, to exclusive. One of which only
// a part was said, as "March" or "Friday", comes again and again: it is the
// latest that has begun, until other words say which one is meant.
type period struct {
	from, to time.Time
	every    unit // how often it comes; zero for what comes once
	open     side // of which nothing was said, if there is one
	leap     bool // it is the 29th of February, or the 1st of March where there is none
}

// A side is the beginning or the end of a period.
type side int

const (
	openBefore side = iota + 1
	openAfter
)

func (p period) span() assemble.Span {
	return assemble.Span{From: p.from.UnixMilli(), To: p.to.UnixMilli()}
}

func (p period) recurs() bool { return p.every != unit{} }

// move is the period some times later. Days stay as many, months end as months do.
func (p period) move(times int) period {
	from, to := p.every.add(p.from, times), p.every.add(p.to, times)
	if p.leap {
		from = time.Date(p.from.Year()+times, time.February, 29, 0, 0, 0, 0, p.from.Location())
	}
	if n := p.days(); n < 28 { // the 29th of February may be the 1st of March
		to = from.AddDate(0, 0, n)
	}
	return period{from: from, to: to, every: p.every, leap: p.leap}
}

// latest is the last time that it begins at t or before.
func (p period) latest(t time.Time) period {
	p = p.move(p.every.times(t.Sub(p.from)))
	for p.from.After(t) {
		p = p.move(-1)
	}
	for next := p.move(1); !next.from.After(t); next = next.move(1) {
		p = next
	}
	return p
}

// nearest is the last one before a time, or the next if that is less far away.
func (p period) nearest(t time.Time) period {
	if !p.recurs() {
		return p
	}
	p = p.latest(t)
	if next := p.move(1); next.from.Sub(t) < t.Sub(p.to) {
		return next
	}
	return p
}

// first is the first time that it begins at t or later.
func (p period) first(t time.Time) period {
	p = p.latest(t)
	if p.from.Before(t) {
		p = p.move(1)
	}
	return p
}

// beside is the last one before another, or the first one after it.
func (p period) beside(q period, after bool) period {
	if after {
		return p.first(q.to).once()
	}
	return p.latest(q.from.AddDate(0, 0, -p.days())).once()
}

// once is the period without its coming again.
func (p period) once() period { return period{from: p.from, to: p.to} }

// chosen is the last, this or next one, seen from a day: -1, 0, 1. What is still
// going on is this one, and neither last nor next; -2 is the one before last.
func (p period) chosen(step int, today time.Time) period {
	running := p.to.After(today)
	switch {
	case step < 0 && running:
		p = p.move(step)
	case step < 0:
		p = p.move(step + 1)
	case step > 0:
		p = p.move(step)
	case !running && p.from.Before(p.every.whole(today, 0).from):
		p = p.move(1) // "this December"
	}
	return p.once()
}

// within is the one that lies in another period, which must be as long as it
// takes to come again: March of a year, Friday of a week. A winter has two years.
func (p period) within(q period) (period, bool) {
	if !p.recurs() {
		return period{}, false
	}
	turn := p.every.add(q.from, 1)
	two := q.to.Equal(p.every.add(turn, 1))
	past := q.to.Equal(turn.AddDate(0, 0, 1)) // "the past year" has today
	if !two && !past && !q.to.Equal(turn) {
		return period{}, false
	}
	p = p.first(q.from)
	p.every = q.every
	return p, !two || p.to.After(turn)
}

// narrowed is what two periods side by side name together: "March last year",
// "Monday, May 3". Of "the second Friday in May" the month is known at least.
func (p period) narrowed(q period) (period, bool) {
	if p.isWeekday() && !q.isWeekday() && (q.days() == 1 || q.every.months == 12) {
		return q, true
	}
	if inner, ok := p.within(q); ok {
		return inner, true
	}
	return q.within(p)
}

// through is the range from one period to another. What is said of one of them
// holds for both, as the year of "March to May 2021".
func (p period) through(q period) (period, bool) {
	if p.recurs() && !q.recurs() {
		p = p.latest(q.from)
	}
	if q.recurs() && p.to.Before(q.every.add(p.from, 1)) {
		q = q.first(p.from)
	}
	return period{from: p.from, to: q.to}, q.to.After(p.from)
}

func (p period) isWeekday() bool { return p.every == week() && p.days() == 1 }

// closed is what lies on the open sides of two: "after May 3 and before June 5". What
// is over by now is meant there, if there is one.
func (p period) closed(q period) (period, bool) {
	if over := q.every.add(q.to, -1); over.After(p.from) {
		q.to = over
	}
	return period{from: p.from, to: q.to}, p.open == openAfter && q.open == openBefore && p.from.Before(q.to)
}

// sharing is a period that is named before another: the year of "March and May
// 2022" is that of both.
func (p period) sharing(q period) period {
	if p.open == 0 && p.every.months == 12 && !q.recurs() && q.days() < 100 {
		return p.latest(q.from).once()
	}
	return p
}

// days is how long it is.
func (p period) days() int { return int(p.to.Sub(p.from).Hours()+12) / 24 }

// holds tells whether another lies in it.
func (p period) holds(q period) bool { return !q.from.Before(p.from) && !q.to.After(p.to) }

// part is one of three parts of a period, which is whole if it is too short for them.
func (p period) part(which third) period {
	n := p.days()
	if n < 3 {
		return p
	}
	return period{from: p.from.AddDate(0, 0, int(which-1)*n/3), to: p.from.AddDate(0, 0, int(which)*n/3), every: p.every}
}

// halfOf is the first half of a period, or the second: that of a year has six months.
func (p period) halfOf(nth int) period {
	middle := p.from.AddDate(0, 0, p.days()/2)
	if p.to.Equal(p.from.AddDate(1, 0, 0)) {
		middle = p.from.AddDate(0, 6, 0)
	}
	if nth == 1 {
		return period{from: p.from, to: middle}
	}
	return period{from: middle, to: p.to}
}

// A third is the beginning, the middle or the end of a period.
type third int

const (
	beginning third = iota + 1
	middle
	ending
)
