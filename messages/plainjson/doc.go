// Package plainjson is JSON without reflection, for who knows what to expect: a
// Writer appends it, a Reader reads it in one pass if it is written plainly, and a
// Cursor reads what may be new, and leaves to encoding/json what nobody expected.
// Before a general decoder reads a body of strangers, Check refuses what has more
// than one meaning, or would be large in memory.
//
// What requests, replies and items are it does not know: package messages says with
// it which fields there are, and hands in the limits. It imports the standard
// library alone.
package plainjson
