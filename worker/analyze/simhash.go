package analyze

import "github.com/context-manager/context-manager/tiers/page"

// simhash is a fingerprint of a text's terms: texts that share most of them
// differ in few bits (Charikar 2002). That of a text without terms is 0, which
// is compared as any other: whether texts are alike is for their words to say.
func simhash(terms []page.Term) uint64 {
	var votes [64]int32
	for _, t := range terms {
		h := spread(uint64(t.Hash))
		for bit := range votes {
			votes[bit] += int32(h>>bit&1)*2 - 1
		}
	}
	var fingerprint uint64
	for bit, v := range votes {
		if v > 0 {
			fingerprint |= 1 << bit
		}
	}
	return fingerprint
}

// spread makes 64 bits of 32 (the finalizer of SplitMix64).
func spread(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
