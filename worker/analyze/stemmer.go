package analyze

import "github.com/blevesearch/snowballstem"

// A stemmer brings the forms of a lower-case word to one stem.
type stemmer func(lower string) string

const maxStemmed = 64 // bytes: what is longer is no word

// snowball makes a stemmer of an algorithm of the Snowball project. The
// algorithms are generated code. Should one fail on some string, the word is
// its own stem: it then matches itself alone.
func snowball(algorithm func(*snowballstem.Env) bool) stemmer {
	return func(lower string) (stem string) {
		if len(lower) > maxStemmed {
			return lower
		}
		defer func() {
			if recover() != nil {
				stem = lower
			}
		}()
		env := snowballstem.NewEnv(lower)
		algorithm(env)
		return env.Current()
	}
}

func unstemmed(lower string) string { return lower }
