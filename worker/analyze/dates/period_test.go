package dates

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(t *rapid.T, name string) time.Time {
	return time.Date(1990, time.January, rapid.IntRange(1, 20_000).Draw(t, name), 0, 0, 0, 0, time.UTC)
}

func recurring(t *rapid.T) period {
	r := reader{today: day(t, "today")}
	r.now = r.today
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return r.weekly(time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), 1)
	case 1:
		return r.monthOf(time.Month(rapid.IntRange(1, 12).Draw(t, "month")))
	default:
		return r.yearly(time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"), 0, 1)
	}
}

func TestWhatComesAgainIsFoundBesideAnyDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, at := recurring(t), day(t, "at")
		latest, first := p.latest(at), p.first(at)
		if latest.from.After(at) || !latest.move(1).from.After(at) {
			t.Fatalf("the latest of %v at %v is %v", p, at, latest)
		}
		if first.from.Before(at) || !first.move(-1).from.Before(at) {
			t.Fatalf("the first of %v from %v is %v", p, at, first)
		}
		if last, next := p.chosen(-1, at), p.chosen(1, at); last.recurs() || next.recurs() {
			t.Fatalf("last %v and next %v come again", last, next)
		}
	})
}

// TestEveryRangeHasDays, whatever words of dates stand in a row: none is empty
// or turned around, and every word is of one range at most. A query that is not
// read has none.
func TestEveryRangeHasDays(t *testing.T) {
	t.Parallel()
	english := strings.Fields(`between from since after before until to and through of the in on last this next a two couple of half ago now today
		first second half end early prior up starting onwards users q2 same time nights weekends early week weekend day month year friday may march summer christmas eve new night 3 3rd 17 31 2021 1950 02`)
	check := func(t *rapid.T, f Form, words []string) {
		query := rapid.SliceOfN(rapid.SampledFrom(words), 1, 10).Draw(t, "query")
		marked, now := make([]bool, len(query)), day(t, "now")
		spans := f.Find(query, now, marked)
		if f.vocabulary != nil {
			r := newEuropean(newReader(query, now), f.vocabulary)
			if want := r.all(make([]bool, len(query)), r.expression); !slices.Equal(spans, want) {
				t.Fatalf("%v: found %v, reading all queries %v", query, spans, want)
			}
		}
		for _, s := range spans {
			if s.From >= s.To {
				t.Fatalf("%v: %v", query, s)
			}
		}
		if n := len(slices.DeleteFunc(marked, func(m bool) bool { return !m })); n < len(spans) {
			t.Fatalf("%v: %d ranges of %d words", query, len(spans), n)
		}
	}
	rapid.Check(t, func(t *rapid.T) { check(t, Form{}, english) })
	for code := range vocabularies() {
		f := Of(code)
		words := []string{"3", "5", "17", "2021", "1950", "17.05.2023", "3.5", "31.12", "29.2.24", "29"}
		for w := range f.vocabulary.meanings {
			words = append(words, w)
		}
		for _, p := range slices.Concat(f.vocabulary.ago, f.vocabulary.back, f.vocabulary.days, f.vocabulary.steps, f.vocabulary.feasts, f.vocabulary.until, f.vocabulary.ahead) {
			words = append(words, p.words...)
		}
		slices.Sort(words)
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { check(t, f, words) })
		})
	}
	t.Run("east", func(t *testing.T) {
		t.Parallel()
		f := Of("ja")
		words := strings.Fields("3 5 14 31 2021 年 月 日 号 か から 到 の 的 年の 前 间 个 个月 ヶ月 上个 去年 昨日 一 昨 一昨 3월 5일 以 月以 降 以降 ま まで 之 后 之后 이후 3월까지 전에 2021년부터 3개월 전 이틀 한 두달 몇 주 지난 달 截至 夏 の夏 天 末 月末 底 年底 上 月上 旬 初 年初 星 个星 期 最近 この 第 一 两 近两 周 两周")
		rapid.Check(t, func(t *rapid.T) { check(t, f, words) })
	})
}
