package main

// keyCmd edits a ring file.
type keyCmd struct {
	New    keyNewCmd    `cmd:"" help:"Make a key: add it to the ring and write the caller's key file."`
	List   keyListCmd   `cmd:"" help:"List the keys of a ring, without their secrets."`
	Retire keyRetireCmd `cmd:"" help:"Refuse a key from now on."`
}

// ringFileFlag names the ring that a key command works on.
type ringFileFlag struct {
	KeysFile string `required:"" env:"CTX_KEYS_FILE" type:"path" placeholder:"FILE" help:"Ring file that the workers read."`
}
