// Package room bounds how many bytes of pages, and of the logs that are loaded
// for them, the requests of each lane may hold.
//
// What an owner has is read whole, so a flood of small requests about a large
// owner would fill this worker's memory, and its connection, though their own
// bytes are few. A Room stands between operations and tiers: whoever reads takes
// the room that its pages or logs had last time, and is refused if there is none.
package room
