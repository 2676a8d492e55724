package dates

// A vocabularyWords is the words of dates in one language, as a reader may add to
// or write anew: forms of one word are joined by "|", accents may be left out.
type vocabularyWords struct {
	months   string // twelve, from January
	weekdays string // seven, from Sunday
	seasons  string // four, from spring
	units    string // day, week, month, year
	numbers  string // one, two, …; what stands for a few counts as three
	days     string // the days around today, each with its distance: "gestern -1", "avant_hier -2"
	thirds   string // words for the beginning, the middle and the end of a time
	parts    string // parts of a day, which may follow it
	weekend  string
	last     string // before or after a unit, a weekday, a month, a season
	this     string
	next     string
	ago      string // "vor" in "vor zwei Wochen": before the amount, a phrase joined by "_"
	back     string // "geleden" in "twee weken geleden": after the amount
	steps    string // other such words, each with its step: "que_viene 1", "vorletzte -2"
	since    string
	after    string // before a date that is not part of the range, as before is
	before   string
	until    string
	from     string // "between A", "from A"
	and      string // "and B", after from alone
	to       string // "to B"
	within   string // before a month or a season: "in"
	filler   string // articles and prepositions inside a date
	article  string // before a part of a day that else means tomorrow: "am Morgen"
	every    string // before what is no date, as it is many: "jeden Montag"
	ordinals string // weekdays that are numbers too
}

// tongues are the languages whose dates are read, besides English and what
// calendars of East Asia write in numbers.
func vocabularies() map[string]vocabularyWords {
	return map[string]vocabularyWords{
		"de": {
			months:   "januar|jänner februar|feber märz|maerz april mai juni juli august september oktober november dezember",
			weekdays: "sonntag|sonntags montag|montags dienstag|dienstags mittwoch|mittwochs donnerstag|donnerstags freitag|freitags samstag|samstags|sonnabend",
			seasons:  "frühling|frühjahr sommer herbst winter",
			units:    "tag|tage|tagen|tages woche|wochen monat|monate|monaten|monats jahr|jahre|jahren|jahres",
			numbers:  "ein|eine|einem|einer|einen zwei|paar drei|einigen vier fünf sechs sieben acht neun zehn elf zwölf",
			days:     "vorgestern -2 gestern -1 heute 0 morgen 1 übermorgen 2",
			thirds:   "anfang|beginn mitte ende",
			parts:    "morgen früh vormittag mittag nachmittag abend nacht",
			weekend:  "wochenende wochenendes",
			last:     "letzten letzte letztem letzter letztes vergangenen vergangene vergangenem vergangener vergangenes vorigen vorige voriges voriger",
			this:     "diesen diese diesem dieser dieses", next: "nächsten nächste nächstem nächster nächstes kommenden kommende kommendes kommender",
			steps: "vorletzte -2 vorletzten -2 vorletzter -2 vorletztes -2 vorletztem -2 übernächste 2 übernächsten 2 übernächster 2 übernächstes 2",
			ago:   "vor", since: "seit ab", after: "nach", before: "vor", until: "bis", from: "zwischen von vom", and: "und", to: "bis",
			within: "im in", filler: "der den dem des am im in zum",
			article: "am der den dem ganzen guten schönen", every: "jeden jeder jedem jedes jede",
		},
		"fr": {
			months:   "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
			weekdays: "dimanche lundi mardi mercredi jeudi vendredi samedi",
			seasons:  "printemps été automne hiver",
			units:    "jour|jours semaine|semaines mois an|ans|année|années",
			numbers:  "un|une deux trois|quelques quatre cinq six sept huit neuf dix onze douze",
			days:     "avant_hier -2 hier -1 hui 0 demain 1 après_demain 2",
			thirds:   "début mi|milieu fin",
			parts:    "matin soir midi nuit",
			weekend:  "weekend end",
			last:     "dernier dernière derniers dernières passé passée", this: "ce cet cette ces",
			next: "prochain prochaine prochains prochaines",
			ago:  "il_y_a", steps: "qui_vient 1 avant_dernier -2 avant_dernière -2", since: "depuis dès", after: "après", before: "avant", until: "jusque",
			from: "entre de du", and: "et", to: "à au", within: "en au cet dans",
			filler: "de du d le la les l en au à dans week", every: "chaque tous toutes",
		},
		"es": {
			months:   "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
			weekdays: "domingo lunes martes miércoles jueves viernes sábado",
			seasons:  "primavera verano otoño invierno",
			units:    "día|días semana|semanas mes|meses año|años",
			numbers:  "un|uno|una dos|par tres|unos|unas cuatro cinco seis siete ocho nueve diez once doce",
			days:     "anteayer -2 antier -2 antes_de_ayer -2 ayer -1 anoche -1 hoy 0 mañana 1 pasado_mañana 2",
			thirds:   "principios|comienzos|inicios mediados finales|fines|fin",
			parts:    "mañana tarde noche",
			weekend:  "finde",
			last:     "pasado pasada pasados pasadas último última últimos últimas", this: "este esta estos estas",
			next: "próximo próxima próximos próximas",
			ago:  "hace", steps: "que_viene 1 antepasado -2 antepasada -2", since: "desde", after: "después tras", before: "antes", until: "hasta",
			from: "entre desde del de", and: "y", to: "a al hasta", within: "en",
			filler: "de del el la los las en al a por", article: "la una", every: "cada todos todas",
		},
		"pt": {
			months:   "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
			weekdays: "domingo segunda terça quarta quinta sexta sábado",
			seasons:  "primavera verão outono inverno",
			units:    "dia|dias semana|semanas mês|meses ano|anos",
			numbers:  "um|uma dois|duas|par três|alguns|algumas quatro cinco seis sete oito nove dez onze doze",
			days:     "anteontem -2 antes_de_ontem -2 ontem -1 hoje 0 amanhã 1 depois_de_amanhã 2",
			thirds:   "início|começo meados fim|final|finais",
			parts:    "manhã tarde noite",
			last:     "passado passada passados passadas último última últimos últimas", this: "este esta neste nesta",
			next: "próximo próxima próximos próximas",
			ago:  "há faz", back: "atrás", steps: "que_vem 1 retrasado -2 retrasada -2", since: "desde", after: "depois após", before: "antes", until: "até",
			from: "entre de do da desde", and: "e", to: "a ao à até", within: "em no na",
			filler: "de do da o a os as em no na à ao dia", every: "cada todo toda todos todas", ordinals: "segunda quarta quinta sexta",
		},
		"it": {
			months:   "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
			weekdays: "domenica lunedì martedì mercoledì giovedì venerdì sabato",
			seasons:  "primavera estate autunno inverno",
			units:    "giorno|giorni settimana|settimane mese|mesi anno|anni",
			numbers:  "un|uno|una due|paio tre|alcuni|alcune|qualche quattro cinque sei sette otto nove dieci undici dodici",
			days:     "altro_ieri -2 avantieri -2 ieri -1 oggi 0 stamattina 0 stasera 0 domani 1 dopodomani 2",
			thirds:   "inizio|inizi metà fine",
			parts:    "mattina sera pomeriggio notte",
			weekend:  "weekend",
			last:     "scorso scorsa scorsi scorse ultimo ultima ultimi ultime passato passata", this: "questo questa",
			next: "prossimo prossima prossimi prossime",
			back: "fa", steps: "che_viene 1", since: "dal dalla dall da", after: "dopo", before: "prima", until: "fino",
			from: "tra fra dal dalla dall da", and: "e", to: "a al alla", every: "ogni",
			within: "in", filler: "di del della dello il la lo l in al alla a d nell nel nella negli nelle",
		},
		"nl": {
			months:   "januari februari maart april mei juni juli augustus september oktober november december",
			weekdays: "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
			seasons:  "lente|voorjaar zomer herfst|najaar winter",
			units:    "dag|dagen week|weken maand|maanden jaar|jaren",
			numbers:  "een|één twee|paar drie|enkele vier vijf zes zeven acht negen tien elf twaalf",
			days:     "eergisteren -2 gisteren -1 gisteravond -1 vandaag 0 vanmorgen 0 vanavond 0 morgen 1 overmorgen 2",
			thirds:   "begin midden|medio eind|einde",
			parts:    "morgen ochtend middag avond nacht",
			weekend:  "weekend",
			last:     "vorige vorig afgelopen laatste", this: "deze dit", next: "volgende volgend komende komend", steps: "voorvorige -2",
			back: "geleden", since: "sinds vanaf", after: "na", before: "voor", until: "tot", from: "tussen van", and: "en", to: "tot met t m",
			within: "in", filler: "de het van in op 's", article: "de een 's goede goeie", every: "elke iedere elk ieder",
		},
	}
}
