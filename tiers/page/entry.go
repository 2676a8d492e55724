package page

// Kind is what an entry does.
type Kind uint8

// The kinds of entry.
const (
	Put       Kind = iota + 1 // a whole item version
	Tombstone                 // the item ID is gone
	Clear                     // every item of the owner with a lower origin is gone
)

// An Origin orders entries: the stream sequence at which an entry was first
// written, and its place in that segment.
type Origin struct {
	Seq   uint64
	Place uint32
}

// Less tells whether o was written before p.
func (o Origin) Less(p Origin) bool {
	return o.Seq < p.Seq || o.Seq == p.Seq && o.Place < p.Place
}

// An Entry is one change of an owner's state.
type Entry struct {
	Kind   Kind
	Origin Origin // Seq 0 in a fresh segment: the segment's own sequence
	At     int64  // unix ms of the write, by the later of the writer's clock and the servers'; 0: the segment's. Ages tombstones
	ID     string // of the item that a tombstone buries; a put has its own in Item
	Item   Item   // of a put
}

// Absorbed names a segment that a merged one has taken in, so that a
// redelivered request finds that its effect is there.
type Absorbed struct {
	Name string // the segment's name: the id of the request that wrote it
	Seq  uint64
	At   int64 // unix ms of the write
}

// A Segment is one value of an owner's log, decoded. One with Sources is a
// merged one; without, it is fresh: what one request wrote.
type Segment struct {
	At       int64 // unix ms of the write; 0: that of its newest entry
	Entries  []Entry
	Absorbed []Absorbed // of a merged segment, ascending by sequence: fresh segments it holds
	Sources  []uint64   // of a merged segment, ascending: sequences of all segments it was made of
}

// A Stored is a segment as the stream gave it.
type Stored struct {
	Name string // last token of its key
	Seq  uint64 // its stream sequence
	Data []byte
}
