// Package keys is a caller's side of the keys by which messages are signed: the
// file that holds one, the flags that name one, and the commands that make,
// list and retire them in the workers' ring.
package keys

// Command makes, lists and retires keys of a ring file.
type Command struct {
	New    NewKey        `cmd:"" help:"Make a key: add it to the ring and write the caller's key file."`
	List   listCommand   `cmd:"" help:"List the keys of a ring, without their secrets."`
	Retire retireCommand `cmd:"" help:"Refuse a key from now on."`
}

// ringFileFlag names the ring that a key command works on.
type ringFileFlag struct {
	KeysFile string `required:"" env:"CTX_KEYS_FILE" type:"path" placeholder:"FILE" help:"Ring file that the workers read."`
}
