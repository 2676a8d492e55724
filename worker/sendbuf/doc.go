// Package sendbuf lets what a worker sends share system calls.
//
// nats.go writes to its connection as soon as a message is published. A bare
// echo publishes many replies before its writer gets a turn, so they leave in
// one write; a worker's handlers each publish one, with other work in between,
// and each reply then leaves alone: a system call, the kernel's way through TCP
// and a wake-up of the server for every 8 KiB. A Conn takes what is written and
// writes it when the goroutines that were ready to run have had their turn: on
// an idle machine at once, on a busy one with what the others have sent
// meanwhile (docs/BENCHMARKS.md says what it buys).
package sendbuf
