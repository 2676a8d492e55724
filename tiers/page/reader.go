package page

import (
	"encoding/binary"
	"hash/crc32"
	"unsafe"
)

// A reader takes values off the front of bytes that may be hostile. The first
// read past the end makes it bad, and from then on every read gives zero, so
// a parser may read a whole record and ask once whether it was there.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) fail() {
	r.b, r.bad = nil, true
}

func (r *reader) uvarint() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 { // most values are small
		v := r.b[0]
		r.b = r.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// uvarint32 is a uvarint that has to fit 32 bits.
func (r *reader) uvarint32() uint32 {
	v := r.uvarint()
	if v > 1<<32-1 {
		r.fail()
		return 0
	}
	return uint32(v)
}

// uvarint16 is a uvarint that has to fit 16 bits.
func (r *reader) uvarint16() uint16 {
	v := r.uvarint()
	if v > 1<<16-1 {
		r.fail()
		return 0
	}
	return uint16(v)
}

// varint is signed, in zigzag form.
func (r *reader) varint() int64 {
	v := r.uvarint()
	return unzigzag(v)
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.fail()
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// take gives the next n bytes, aliased; nil if they are not there.
func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

// string gives a length and that many bytes, aliased.
func (r *reader) string() string {
	return alias(r.take(r.uvarint()))
}

// count reads how many records follow, each of at least size bytes. A number
// that the bytes left cannot hold is refused before anything is allocated.
func (r *reader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.b)/size) {
		r.fail()
		return 0
	}
	return int(n)
}

// alias gives bytes as a string without copying. The bytes must never change again.
func alias(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}

func zigzag(v int64) uint64 { return uint64(v)<<1 ^ uint64(v>>63) }

func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendVarint(dst []byte, v int64) []byte {
	return binary.AppendUvarint(dst, zigzag(v))
}

// checksum is CRC32C, which amd64 and arm64 compute at some 10 GB/s.
func checksum(parts ...[]byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	var sum uint32
	for _, p := range parts {
		sum = crc32.Update(sum, table, p)
	}
	return sum
}
