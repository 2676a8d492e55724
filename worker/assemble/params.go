package assemble

// params are the constants of the ranking. They were found by search on long
// conversations, some made up by models and some that people had, and checked
// on others (docs/RANKING.md); around these values the result is flat, so
// none is critical. What is marked as chosen was set by reason and checked on
// testdata/eval.
type params struct {
	// BM25 (Robertson and Zaragoza 2009): k1 is how slowly more uses of a word
	// stop to count, b how much long items are held back. idf is raised to a
	// power, since a question's rare words say most of what it is about.
	k1, b, idfPower float64
	lengthWeight    float64 // of a word in a question, in an item's length

	// Weights of query words by class, beside 1 for those of content.
	nameWeight, frameWeight, talkWeight, dateWeight float64
	relatedWeight                                   float64 // of a word's concept beside the word
	slipWeight                                      float64 // chosen: of words that one may be a misspelling of
	akinWeight                                      float64 // of words akin to all of the query, beside all of its words
	akinIDF                                         float64 // inverse document frequency at which an akin word counts in full
	akinMost                                        float64 // chosen: share of the items past which an akin word is passed over

	// What an item takes over of words around it, beside 1 for what it states:
	// of its own questions, of the turns before and after it by another
	// speaker and by the same one, of a question that it may answer.
	ownAsked    float64
	other, same float64
	further     float64 // of the same speaker's next but one, beside what the one between gives
	halfNear    float64 // ms between two turns at which they lend each other half
	askedBefore float64
	askedDecay  float64 // chosen: each further turn that may answer takes less
	askedReach  int     // chosen: turns after a question that may answer it
	groupMate   float64 // chosen: of the other side of a tool call
	sittingGap  int64   // ms; half an hour, as in web analytics (Catledge and Pitkow 1995)

	coverage float64 // exponent of the part of the query that an item covers
	prior    float64 // of ln(1 + words), for items that match alike

	// Factors of an item by the speaker that the query is about; of one that
	// names a time, for "when"; of one that names somebody or something, for
	// "who"; of one that quotes, for "which book"; of one with a number, for "how many".
	speakerBoost, whenBoost, entityBoost, titleBoost, numberBoost float64
	// An item of a day that the query names is worth 1 + dateBoost times as much,
	// falling with e every dateScale days after it, dateBefore times faster before.
	dateBoost, dateScale, dateBefore float64
	factBoost                        float64 // chosen: of a long-term item, which somebody thought worth keeping
	// chosen: an item used n times is worth 1 + accessStep·log2(1+n) times as much,
	// at most accessMost, which 1,023 uses reach.
	accessStep, accessMost float64
	// Where a budget holds more than fewItems of mean size, items pay for their
	// tokens, the more so the more it holds, but none for more than sizes times
	// the mean size or less than the mean size by sizes.
	fewItems, sizes float64
	vectorShare     float64 // chosen: of the embeddings in a fused score
}

func defaults() params {
	return params{
		k1: 1.5, b: 0.1, idfPower: 1.7, lengthWeight: 0.5,
		nameWeight: 0.1, frameWeight: 0.65, talkWeight: 0.15, dateWeight: 0.3, relatedWeight: 0.5, slipWeight: 0.5,
		akinWeight: 0.13, akinIDF: 5, akinMost: 0.08,
		ownAsked: 0.4, other: 0.2, same: 0.35, further: 0.5, halfNear: 10 * 60 * 1000,
		askedBefore: 1.3, askedDecay: 0.6, askedReach: 4, groupMate: 0.8, sittingGap: 30 * 60 * 1000,
		coverage: 0.3, prior: 0.005,
		speakerBoost: 1.75, whenBoost: 1.8, entityBoost: 1.7, titleBoost: 1.5, numberBoost: 1.2,
		dateBoost: 6, dateScale: 4, dateBefore: 4,
		fewItems: 8, sizes: 3, factBoost: 1.2, accessStep: 0.1, accessMost: 2, vectorShare: 0.5,
	}
}
