// Package analyze turns text into what ranking needs: token counts, hashed
// stems, flags. Items are analysed once, when they are written; queries once
// a request.
//
// Term hashes are stored and compared across processes and versions: FNV-1a
// of 32 bits over the stem's bytes, followed by the finalizer of MurmurHash3.
package analyze
