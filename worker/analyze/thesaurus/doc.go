// Package thesaurus tells which words are near in meaning to what some words
// mean together. It is a table of English words and their nearest neighbours,
// made once from public word vectors by cmd/thesaurus, and read where it
// lies in the program: nothing is loaded, learnt or sent.
package thesaurus
