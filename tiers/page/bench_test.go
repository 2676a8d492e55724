package page

import (
	"fmt"
	"testing"
)

func BenchmarkFoldCold600(b *testing.B) { benchmarkFoldCold(b, 600) }

func BenchmarkFoldCold10000(b *testing.B) { benchmarkFoldCold(b, 10_000) }

func benchmarkFoldCold(b *testing.B, n int) {
	segs := inSegments(turns(n, 90), 4)
	b.ReportAllocs()
	for b.Loop() {
		fold(b, Page{}, 4, 1, segs...)
	}
}

// BenchmarkFoldDelta600 adds one turn; one in the middle costs more, as every
// posting past it changes, and so do items with metadata and groups, whose
// records are written anew.
func BenchmarkFoldDelta600(b *testing.B) {
	for _, c := range []struct {
		name string
		at   int
		rich bool
	}{{"end", 600, false}, {"middle", 300, false}, {"rich", 600, true}} {
		b.Run(c.name, func(b *testing.B) {
			items := turns(601, 90)
			for i := range items {
				if c.rich {
					items[i].Metadata = []Pair{{"channel", "support"}, {"source", "chat"}}
					items[i].Group = fmt.Sprint("call-", i/2)
				}
			}
			one := items[c.at]
			items = append(items[:c.at:c.at], items[c.at+1:]...)
			base := fold(b, Page{}, 4, 1, inSegments(items, 4)...)
			delta := stored(5, put(one))
			b.ReportAllocs()
			for b.Loop() {
				fold(b, base, 5, 1, delta)
			}
		})
	}
}

// BenchmarkFoldIdle600 is a fold that only moves the sequence on.
func BenchmarkFoldIdle600(b *testing.B) {
	base := fold(b, Page{}, 4, 1, inSegments(turns(600, 90), 4)...)
	for b.Loop() {
		fold(b, base, 5, 1)
	}
}

func BenchmarkOpen600(b *testing.B) {
	bytes := fold(b, Page{}, 4, 1, inSegments(turns(600, 90), 4)...).Bytes()
	b.SetBytes(int64(len(bytes)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Open(bytes); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRows reads all rows of a page.
func BenchmarkRows(b *testing.B) {
	for _, n := range []int{600, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := fold(b, Page{}, 4, 1, inSegments(turns(n, 90), 4)...)
			var words uint64
			rows := make([]Row, n)
			for b.Loop() {
				p.Rows(rows, 0)
				for i := range rows {
					r := &rows[i]
					words += uint64(r.WordsD) + uint64(r.LineTokens)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
		})
	}
}

// BenchmarkPostings looks up the terms of one turn and walks all their postings.
func BenchmarkPostings(b *testing.B) {
	for _, n := range []int{600, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			items := turns(n, 90)
			p := fold(b, Page{}, 4, 1, inSegments(items, 4)...)
			query := items[n/2].Terms
			var walked, sum int
			b.ReportAllocs()
			for b.Loop() {
				for _, t := range query {
					ps := p.Postings(t.Hash)
					for i, d, q, ok := ps.Next(); ok; i, d, q, ok = ps.Next() {
						sum += i + int(d) + int(q)
						walked++
					}
				}
			}
			b.ReportMetric(float64(walked)/float64(b.N), "postings/op")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(walked), "ns/posting")
		})
	}
}

func BenchmarkFind600(b *testing.B) {
	items := turns(600, 90)
	p := fold(b, Page{}, 4, 1, inSegments(items, 4)...)
	for i := 0; b.Loop(); i++ {
		if _, ok := p.Find(items[i%600].ID); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkMerge600(b *testing.B) {
	segs := inSegments(turns(600, 90), 8)
	b.ReportAllocs()
	for b.Loop() {
		merge(b, 9, MergeOptions{}, segs...)
	}
}

// BenchmarkSize reports the bytes of a page and of its segments for each byte
// of text, and where those of the page go.
func BenchmarkSize(b *testing.B) {
	for _, size := range []int{90, 130, 400, 1500} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			items := turns(600, size)
			text := 0
			for i := range items {
				text += len(items[i].Text)
			}
			segs := inSegments(items, 4)
			var p Page
			for b.Loop() {
				p = fold(b, Page{}, 4, 1, segs...)
			}
			stream := 0
			for _, s := range segs {
				stream += len(s.Data)
			}
			b.ReportMetric(float64(len(p.Bytes()))/float64(text), "page/text")
			b.ReportMetric(float64(stream)/float64(text), "segments/text")
			b.ReportMetric(float64(len(p.Bytes())-text)/float64(p.Len()), "overhead/item")
			b.ReportMetric(float64(len(p.b)-int(p.section(secTerms)))/float64(p.Len()), "terms/item")
		})
	}
}
