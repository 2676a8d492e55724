package analyze

import "strings"

// A tongueDates is the words of dates in one language, as a reader may add to
// or write anew: forms of one word are joined by "|", accents may be left out.
type tongueDates struct {
	months   string // twelve, from January
	weekdays string // seven, from Sunday
	seasons  string // four, from spring
	units    string // day, week, month, year
	numbers  string // one, two, …; what stands for a few counts as three
	days     string // the days around today, each with its distance: "gestern -1", "avant_hier -2"
	parts    string // parts of a day, which may follow it
	weekend  string
	last     string // before or after a unit, a weekday, a month, a season
	this     string
	next     string
	ago      string // "vor" in "vor zwei Wochen": before the amount, a phrase joined by "_"
	back     string // "geleden" in "twee weken geleden": after the amount
	since    string
	until    string // before a date that is not part of the range
	from     string // "between A", "from A"
	to       string // "and B", "to B"
	within   string // before a month or a season: "in"
	filler   string // articles and prepositions inside a date
}

// datesOf are the languages whose dates are read, besides English and what
// calendars of East Asia write in numbers.
func datesOf() map[string]tongueDates {
	return map[string]tongueDates{
		"de": {
			months:   "januar|jänner februar|feber märz|maerz april mai juni juli august september oktober november dezember",
			weekdays: "sonntag|sonntags montag|montags dienstag|dienstags mittwoch|mittwochs donnerstag|donnerstags freitag|freitags samstag|samstags|sonnabend",
			seasons:  "frühling|frühjahr sommer herbst winter",
			units:    "tag|tage|tagen|tages woche|wochen monat|monate|monaten|monats jahr|jahre|jahren|jahres",
			numbers:  "ein|eine|einem|einer|einen zwei|paar drei|einigen vier fünf sechs sieben acht neun zehn elf zwölf",
			days:     "vorgestern -2 gestern -1 heute 0 morgen 1 übermorgen 2",
			parts:    "morgen früh vormittag mittag nachmittag abend nacht",
			weekend:  "wochenende wochenendes",
			last:     "letzten letzte letztem letzter letztes vergangenen vergangene vergangenem vergangener vergangenes vorigen vorige voriges voriger",
			this:     "diesen diese diesem dieser dieses", next: "nächsten nächste nächstem nächster nächstes kommenden kommende kommendes kommender",
			ago: "vor", since: "seit ab", until: "vor bis", from: "zwischen von vom", to: "und bis",
			within: "im in", filler: "der den dem des am im in zum",
		},
		"fr": {
			months:   "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
			weekdays: "dimanche lundi mardi mercredi jeudi vendredi samedi",
			seasons:  "printemps été automne hiver",
			units:    "jour|jours semaine|semaines mois an|ans|année|années",
			numbers:  "un|une deux trois|quelques quatre cinq six sept huit neuf dix onze douze",
			days:     "avant_hier -2 hier -1 hui 0 demain 1 après_demain 2",
			parts:    "matin soir midi nuit",
			weekend:  "weekend end",
			last:     "dernier dernière derniers dernières passé passée", this: "ce cet cette ces",
			next: "prochain prochaine prochains prochaines",
			ago:  "il_y_a", since: "depuis dès", until: "avant jusque", from: "entre de du", to: "et à au",
			within: "en au cet dans", filler: "de du d le la les l en au à",
		},
		"es": {
			months:   "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
			weekdays: "domingo lunes martes miércoles jueves viernes sábado",
			seasons:  "primavera verano otoño invierno",
			units:    "día|días semana|semanas mes|meses año|años",
			numbers:  "un|uno|una dos tres|unos|unas cuatro cinco seis siete ocho nueve diez once doce",
			days:     "anteayer -2 antier -2 ayer -1 hoy 0 mañana 1",
			parts:    "mañana tarde noche",
			weekend:  "finde",
			last:     "pasado pasada pasados pasadas último última últimos últimas", this: "este esta estos estas",
			next: "próximo próxima próximos próximas",
			ago:  "hace", since: "desde", until: "antes hasta", from: "entre desde del de", to: "y a al hasta",
			within: "en", filler: "de del el la los las en al a",
		},
		"pt": {
			months:   "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
			weekdays: "domingo segunda terça quarta quinta sexta sábado",
			seasons:  "primavera verão outono inverno",
			units:    "dia|dias semana|semanas mês|meses ano|anos",
			numbers:  "um|uma dois|duas três|alguns|algumas quatro cinco seis sete oito nove dez onze doze",
			days:     "anteontem -2 ontem -1 hoje 0 amanhã 1",
			parts:    "manhã tarde noite",
			last:     "passado passada passados passadas último última últimos últimas", this: "este esta neste nesta",
			next: "próximo próxima próximos próximas",
			ago:  "há faz", back: "atrás", since: "desde", until: "antes até", from: "entre de", to: "e a até",
			within: "em no na", filler: "de do da o a os as em no na feira",
		},
		"it": {
			months:   "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
			weekdays: "domenica lunedì martedì mercoledì giovedì venerdì sabato",
			seasons:  "primavera estate autunno inverno",
			units:    "giorno|giorni settimana|settimane mese|mesi anno|anni",
			numbers:  "un|uno|una due tre|alcuni|alcune|qualche quattro cinque sei sette otto nove dieci undici dodici",
			days:     "ieri -1 oggi 0 domani 1 dopodomani 2",
			parts:    "mattina sera pomeriggio notte",
			weekend:  "weekend",
			last:     "scorso scorsa scorsi scorse ultimo ultima ultimi ultime passato passata", this: "questo questa",
			next: "prossimo prossima prossimi prossime",
			back: "fa", since: "dal dalla dall da", until: "prima fino", from: "tra fra dal dalla dall", to: "e al alla",
			within: "in", filler: "di del della dello il la lo l in al a d nell nel nella negli nelle",
		},
		"nl": {
			months:   "januari februari maart april mei juni juli augustus september oktober november december",
			weekdays: "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
			seasons:  "lente|voorjaar zomer herfst|najaar winter",
			units:    "dag|dagen week|weken maand|maanden jaar|jaren",
			numbers:  "een|één twee|paar drie|enkele vier vijf zes zeven acht negen tien elf twaalf",
			days:     "eergisteren -2 gisteren -1 vandaag 0 morgen 1 overmorgen 2",
			parts:    "ochtend middag avond nacht",
			weekend:  "weekend",
			last:     "vorige afgelopen laatste", this: "deze dit", next: "volgende komende",
			back: "geleden", since: "sinds vanaf", until: "voor tot", from: "tussen van", to: "en tot",
			within: "in", filler: "de het van in op 's",
		},
	}
}

// A dateWord is all that a word may mean in a date.
type dateWord struct {
	month, weekday, season, unit, number int // from 1; 0 none
	day                                  int // distance from today, where isDay is set
	step                                 int // -1, 0, 1, where isStep is set
	isDay, isStep, isPart                bool
	isWeekend, since, until, from, to    bool
	within, filler                       bool
}

// A calendar is a tongueDates, to be looked up.
type calendar struct {
	meanings  map[string]*dateWord
	ago, back []phrase
	days      []phrase // of more than one word
}

// A phrase is some words in a row, and how far from today the day is that they name.
type phrase struct {
	words []string
	day   int
}

func phraseOf(s string, day int) phrase { return phrase{strings.Split(fold(s), "_"), day} }

func newCalendar(t tongueDates) *calendar {
	c := &calendar{meanings: make(map[string]*dateWord)}
	c.row(t.months, func(w *dateWord, n int) { w.month = n })
	c.row(t.weekdays, func(w *dateWord, n int) { w.weekday = n })
	c.row(t.seasons, func(w *dateWord, n int) { w.season = n })
	c.row(t.units, func(w *dateWord, n int) { w.unit = n })
	c.row(t.numbers, func(w *dateWord, n int) { w.number = n })
	days := strings.Fields(t.days)
	for i := 0; i+1 < len(days); i += 2 {
		if day := daysAway(days[i+1]); strings.Contains(days[i], "_") {
			c.days = append(c.days, phraseOf(days[i], day))
		} else {
			w := c.meaning(days[i])
			w.isDay, w.day = true, day
		}
	}
	for step, words := range [...]string{t.last, t.this, t.next} {
		c.row(words, func(w *dateWord, _ int) { w.isStep, w.step = true, step-1 })
	}
	c.row(t.parts, func(w *dateWord, _ int) { w.isPart = true })
	c.row(t.weekend, func(w *dateWord, _ int) { w.isWeekend = true })
	c.row(t.since, func(w *dateWord, _ int) { w.since = true })
	c.row(t.until, func(w *dateWord, _ int) { w.until = true })
	c.row(t.from, func(w *dateWord, _ int) { w.from = true })
	c.row(t.to, func(w *dateWord, _ int) { w.to = true })
	c.row(t.within, func(w *dateWord, _ int) { w.within = true })
	c.row(t.filler, func(w *dateWord, _ int) { w.filler = true })
	for _, s := range strings.Fields(t.ago) {
		c.ago = append(c.ago, phraseOf(s, 0))
	}
	for _, s := range strings.Fields(t.back) {
		c.back = append(c.back, phraseOf(s, 0))
	}
	return c
}

func daysAway(s string) int {
	if back, ok := strings.CutPrefix(s, "-"); ok {
		return -number(back)
	}
	return number(s)
}

// row gives each word of a list its number, from 1.
func (c *calendar) row(list string, set func(w *dateWord, n int)) {
	for n, forms := range strings.Fields(list) {
		for form := range strings.SplitSeq(forms, "|") {
			set(c.meaning(form), n+1)
		}
	}
}

func (c *calendar) meaning(w string) *dateWord {
	w = fold(w)
	if c.meanings[w] == nil {
		c.meanings[w] = &dateWord{}
	}
	return c.meanings[w]
}
