// Package assemble ranks the items of a session and a user against a query
// and packs the best of them into a token budget. It is pure: no clock, no
// I/O, no logging. What it needs to know of language is computed before, by
// package analyze, at write time for items and once a request for the query.
//
// Ranking. Both pages are one corpus. A turn is understood through its
// neighbours, so it borrows a part of their words before BM25 saturates: of
// the turns around it by others and by the same speaker, less the longer ago
// they were, of the question that it may answer, of the other side of a tool
// call. Neighbours end where a sitting ends; a fact of a user has none. The
// score L of an item is
//
//	S = L/(W(k1+1)) · covered^0.3 + prior,  times the factors that apply
//
// where W is the weight of the whole query and covered the part of it that the
// item covers. Factors: the speaker that the query names, "when", "who", dates,
// level, importance, use, half-life, and tokens where a budget holds many items.
// Embeddings, where item and query have them, are mixed in before the factors.
//
// Packing. Where there is room for all, all come, and nothing is ranked: no
// order but that of time shows in a context. Where there is not, pinned items
// come first, then the newest live turns up to their share, then the best of
// the rest within the shares of their levels, then the best of what still fits.
// Shares that a level cannot use flow to the others. Groups come whole or not at
// all. What is rendered never costs more than the budget: every cost is known to
// the token before anything is rendered.
package assemble
