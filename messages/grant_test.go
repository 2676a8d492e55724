package messages

import "testing"

func TestGrants(t *testing.T) {
	t.Parallel()
	tests := map[Op]Grant{
		OpStore: GrantWrite, OpAssemble: GrantRead, OpList: GrantRead, OpUpdate: GrantWrite, OpDelete: GrantWrite,
		OpClear: GrantWrite, OpPromote: GrantWrite, OpStats: GrantRead, OpExport: GrantExport, OpErase: GrantErase, "drop": "", "": "",
	}
	for op, want := range tests {
		if op.Grant() != want {
			t.Errorf("%q needs %q, want %q", op, op.Grant(), want)
		}
	}
	for _, op := range Ops {
		if tests[op] == "" {
			t.Errorf("%s needs no grant", op)
		}
	}
}
