// Package dates reads the days, months and ranges that a query names: in
// English, German, French, Spanish, Portuguese, Italian, Dutch, Chinese,
// Japanese and Korean. It works on the words of a query, in lower case, as
// package analyze cuts them.
package dates
