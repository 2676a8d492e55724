package dates

// The dateWords are the words of dates in one language, as a reader may add to
// or write anew: forms of one word are joined by "|", the words of a phrase by
// "_", accents may be left out.
type dateWords struct {
	months   string // twelve, from January
	weekdays string // seven, from Sunday
	seasons  string // four, from spring
	units    string // day, week, month, year
	plurals  string // of units, "-" where it is the same word
	numbers  string // one, two, … twenty, "-" where it is no word of its own; what stands for a few counts as three
	half     string
	or       string // in "zwei oder drei Wochen"
	about    string // between ago and an amount: "etwa"
	dates    string // the days of a month, from the first, "-" where it is no word of its own: "erste", "dos"
	datesEnd string // what those may end with besides: "ersten", "erster"
	dotted   string // before a day and its month in figures: "am 3.5."
	stroked  string // before those where a stroke stands between: "le 17/05"
	hour     string // before an hour, which is no day: "um 5 am 20. Mai"
	days     string // the days around today, each with its distance: "gestern -1", "avant_hier -2"
	thirds   string // words for the beginning, the middle and the end of a time
	parts    string // parts of a day, which may follow it
	joined   string // those that make one word with a weekday: "Montagabend"
	weekend  string
	feasts   string // each with its month and day: "Weihnachten 1225"
	at       string // before a weekend: "am"
	on       string // before a feast: "an"
	over     string // before those and a season: "während"
	last     string // before or after a unit, a weekday, a month, a season
	this     string
	next     string
	steps    string // other such words, each with its step: "que_viene 1", "vorletzte -2"
	ago      string // "vor" in "vor zwei Wochen": before the amount
	back     string // "geleden" in "twee weken geleden": after the amount
	since    string
	after    string // before a date that is not part of the range, as before is
	before   string
	until    string
	lasting  string // before how long something has been so: "seit" in "seit zwei Wochen"
	ahead    string // "in" in "Freitag in einer Woche"
	from     string // "between A", "from A"
	and      string // "and B", after from alone
	to       string // "to B"
	within   string // before a month or a season: "in"
	filler   string // articles and prepositions inside a date
	article  string // before a part of a day that else means tomorrow: "am Morgen"
	every    string // before what is no date, as it is many: "jeden Montag"
	counted  string // what is counted by thousands, and is of no year: "2000 Euro"
	many     string // words for last that say that there are more: "ces derniers mois"
	doubtful string // weekdays and seasons that are other words too: "segunda", "été"
}

// measures are written alike in all languages.
const measures = "km kg mg ml mb gb kb eur usd"

// kinds are the words that are what they are and no more.
func (d dateWords) kinds() map[wordKind]string {
	return map[wordKind]string{
		partWord: d.parts, weekendWord: d.weekend, halfWord: d.half, orWord: d.or, aboutWord: d.about, dottedWord: d.dotted, strokedWord: d.stroked, hourWord: d.hour,
		sinceWord: d.since, afterWord: d.after, beforeWord: d.before, untilWord: d.until, lastingWord: d.lasting,
		atWord: d.at, onWord: d.on, overWord: d.over, manyWord: d.many,
		fromWord: d.from, andWord: d.and, toWord: d.to,
		withinWord: d.within, fillerWord: d.filler, articleWord: d.article,
		everyWord: d.every, doubtfulWord: d.doubtful, countedWord: d.counted + " " + measures,
	}
}
