package messages

import (
	"math"
	"slices"
)

// Validate checks an assemble and sets its format.
func (r *AssembleRequest) Validate() error {
	if r.Format == "" {
		r.Format = FormatItems
	}
	return firstError(
		func() error { return checkAnyOwner(r.Session, r.User) },
		r.checkQuery,
		r.checkBudget,
		func() error { return checkKnown("format", r.Format, Formats[:]...) },
		func() error { return r.Shares.check() },
		func() error { return r.Filter.check() },
		func() error { return checkTimeMS("now", r.Now) },
		func() error { return checkNotNegative("half_life_ms", r.HalfLifeMS) },
		func() error { return checkNotNegative("max_stale_ms", r.MaxStaleMS) },
		func() error { return checkEmbedding("embedding", r.Embedding) },
	)
}

// Owners are the session and the user that the context is drawn from. One of them may be absent.
func (r *AssembleRequest) Owners(tenant string) (session, user Owner) {
	return sessionOwner(tenant, r.Session), userOwner(tenant, r.User)
}

func (r *AssembleRequest) checkQuery() error {
	if len(r.Query) > MaxQueryBytes {
		return Errorf(CodeTooLarge, "query has %d bytes, at most %d are allowed: shorten it", len(r.Query), MaxQueryBytes)
	}
	return checkText("query", r.Query)
}

func (r *AssembleRequest) checkBudget() error {
	switch {
	case r.MaxTokens <= 0:
		return badField("max_tokens", "is %d: give a budget above 0", r.MaxTokens)
	case r.MaxTokens > MaxBudgetTokens:
		return Errorf(CodeTooLarge, "max_tokens is %d, at most %d are allowed", r.MaxTokens, MaxBudgetTokens)
	case r.ReserveTokens < 0 || r.ReserveTokens >= r.MaxTokens:
		return badField("reserve_tokens", "is %d: give 0 or more, and less than max_tokens (%d)", r.ReserveTokens, r.MaxTokens)
	default:
		return checkNotNegative("max_items", r.MaxItems)
	}
}

// check refuses shares that divide nothing. Nil means the default.
func (s *Shares) check() error {
	if s == nil {
		return nil
	}
	for _, share := range [...]float64{s.Immediate, s.ShortTerm, s.LongTerm} {
		if math.IsNaN(share) || math.IsInf(share, 0) || share < 0 {
			return badField("shares", "must be finite and not negative")
		}
	}
	if sum := s.Immediate + s.ShortTerm + s.LongTerm; sum == 0 || math.IsInf(sum, 0) {
		return badField("shares", "are all zero, or their sum is not finite: give weights such as 0.3, 0.4, 0.3")
	}
	return nil
}

// check refuses a filter with unknown words. Nil means none.
func (f *Filter) check() error {
	if f == nil {
		return nil
	}
	return firstError(
		func() error { return checkWords("filter.levels", f.Levels, Levels[:]) },
		func() error { return checkWords("filter.roles", f.Roles, Roles[:]) },
		func() error { return checkMetadata("filter.metadata", f.Metadata) },
		func() error { return checkTimeMS("filter.after", f.After) },
		func() error { return checkTimeMS("filter.before", f.Before) },
		f.checkSpan,
	)
}

// checkWords refuses a word that is not legal, and one that comes twice. So
// the list, which is searched for each item, is no longer than legal.
func checkWords[T ~string](field string, words, legal []T) error {
	for i, word := range words {
		if err := checkKnown("", word, legal...); err != nil {
			return Placed(err, "%s[%d]", field, i)
		}
		if slices.Contains(words[:i], word) {
			return badField(field, "names %s twice: name each of %s at most once", word, oneOf(legal))
		}
	}
	return nil
}

func (f *Filter) checkSpan() error {
	if f.Before != 0 && f.After >= f.Before {
		return badField("filter.before", "is not later than filter.after: nothing can match")
	}
	return nil
}

// Validate checks a list and sets its limit.
func (r *ListRequest) Validate() error {
	if r.Limit == 0 {
		r.Limit = DefaultListLimit
	}
	return firstError(
		func() error { return checkOneOwner(r.Session, r.User) },
		func() error { return r.Filter.check() },
		func() error { return checkIDs("ids", r.IDs, MaxIDsPerRequest) },
		r.checkPage,
	)
}

// Owner is whose items are listed.
func (r *ListRequest) Owner(tenant string) (Owner, error) { return ownerOf(tenant, r.Session, r.User) }

func (r *ListRequest) checkPage() error {
	if r.Limit < 0 || r.Limit > MaxListLimit {
		return badField("limit", "is %d: give 1 to %d, or 0 for %d", r.Limit, MaxListLimit, DefaultListLimit)
	}
	if r.Cursor == "" {
		return nil
	}
	return CheckID("cursor", r.Cursor, maxCursorBytes)
}

// Validate checks a stats request.
func (r *StatsRequest) Validate() error { return checkAnyOwner(r.Session, r.User) }

// Owners are the session and the user that are counted. One of them may be absent.
func (r *StatsRequest) Owners(tenant string) (session, user Owner) {
	return sessionOwner(tenant, r.Session), userOwner(tenant, r.User)
}
