package assemble

// params are the constants of the ranking. What each is for stands beside its
// use; the sources are in doc.go.
type params struct {
	k1, b, idfPower float64

	// Weights of query words by class.
	nameWeight, frameWeight, dateWeight float64

	// What an item takes over of its neighbours' words.
	ownAsked                             float64 // its own questions
	prevOther, prevSame, prevSame2       float64
	nextOther, nextSame                  float64
	askedBefore, askedRoom               float64 // of a question that it may answer
	groupMate                            float64 // of the other side of a tool call
	sittingGap                           int64   // ms of silence that end a sitting
	lengthWeight                         float64
	coverage, prior                      float64
	speakerBoost, whenBoost, entityBoost float64
	dateBoost, dateScale, dateBefore     float64
	relatedWeight                        float64 // of a word's concept beside the word
	factBoost                            float64
	vectorShare                          float64
}

func defaults() params {
	return params{
		k1: 1.5, b: 0.1, idfPower: 1.7,
		nameWeight: 0.1, frameWeight: 0.65, dateWeight: 0.3,
		ownAsked: 0.4, prevOther: 0.3, prevSame: 0.4, prevSame2: 0.3, nextOther: 0.3, nextSame: 0.4,
		askedBefore: 1.3, askedRoom: 0.5, groupMate: 0.5, sittingGap: 30 * 60 * 1000,
		lengthWeight: 0.5, coverage: 0.3, prior: 0.005,
		speakerBoost: 1.5, whenBoost: 1.8, entityBoost: 1.7,
		dateBoost: 6, dateScale: 4, dateBefore: 4,
		factBoost: 1.2, relatedWeight: 0.4, vectorShare: 0.5,
	}
}
