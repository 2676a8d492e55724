package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// A stem is a stem, its vector of length 1, and the rank of its commonest form.
type stem struct {
	hash   uint32
	rank   int
	vector []float32
}

// readVectors reads the first words and adds up the vectors of those that share
// a stem, the commoner form with more weight, as frequencies fall with rank
// (Zipf). Only words in the letters a to z count. Stems come in order of rank.
func readVectors(r io.Reader, hash func(word string) (uint32, bool), most int) ([]stem, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	var stems []stem
	at := map[uint32]int{}
	for rank := 0; rank < most && lines.Scan(); rank++ {
		word, numbers, _ := strings.Cut(lines.Text(), " ")
		if len(word) < 2 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			continue
		}
		h, ok := hash(word)
		if !ok {
			continue
		}
		v, err := parse(numbers)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", rank+1, err)
		}
		i, known := at[h]
		if !known {
			i = len(stems)
			at[h] = i
			stems = append(stems, stem{hash: h, rank: rank, vector: make([]float32, len(v))})
		}
		if len(v) != len(stems[0].vector) {
			return nil, fmt.Errorf("line %d: %d numbers, those before have %d", rank+1, len(v), len(stems[0].vector))
		}
		addScaled(stems[i].vector, v, 1/float32(rank+10))
	}
	for i := range stems {
		normalize(stems[i].vector)
	}
	return stems, lines.Err()
}

func parse(numbers string) ([]float32, error) {
	fields := strings.Fields(numbers)
	v := make([]float32, len(fields))
	for i, f := range fields {
		x, err := strconv.ParseFloat(f, 32)
		if err != nil {
			return nil, err
		}
		v[i] = float32(x)
	}
	normalize(v)
	return v, nil
}

// droppedDirections is how many directions all vectors share that are taken
// out beside their mean: they tell how common a word is and not what it means.
const droppedDirections = 2

// unbias takes the mean and the main directions out of all vectors (Mu and
// Viswanath 2018, "All-but-the-Top").
func unbias(stems []stem) {
	if len(stems) == 0 {
		return
	}
	mean := make([]float32, len(stems[0].vector))
	for i := range stems {
		addScaled(mean, stems[i].vector, 1/float32(len(stems)))
	}
	for i := range stems {
		addScaled(stems[i].vector, mean, -1)
	}
	for range droppedDirections {
		main := mainDirection(stems)
		for i := range stems {
			addScaled(stems[i].vector, main, -dot(main, stems[i].vector))
		}
	}
	for i := range stems {
		normalize(stems[i].vector)
	}
}

// mainDirection finds the direction in which vectors differ most, by power iteration.
func mainDirection(stems []stem) []float32 {
	u := make([]float32, len(stems[0].vector))
	for k := range u {
		u[k] = 1 / float32(k+1) // anything that is not at right angles to it
	}
	for range 50 {
		next := make([]float32, len(u))
		for i := range stems {
			addScaled(next, stems[i].vector, dot(u, stems[i].vector))
		}
		normalize(next)
		u = next
	}
	return u
}

func dot(a, b []float32) (sum float32) {
	for k, x := range a {
		sum += x * b[k]
	}
	return sum
}

func addScaled(to, v []float32, f float32) {
	for k, x := range v {
		to[k] += f * x
	}
}

func normalize(v []float32) {
	if length := math.Sqrt(float64(dot(v, v))); length > 0 {
		for k := range v {
			v[k] /= float32(length)
		}
	}
}
