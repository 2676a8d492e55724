package envelope

import (
	"strings"
	"testing"

	"github.com/context-manager/context-manager/messages"
)

func TestAttackOnTheHeaders(t *testing.T) {
	t.Parallel()
	bad := func(name string, message func(*world) Incoming) attack {
		return attack{name, message, messages.CodeBadEnvelope, ReasonHeader}
	}
	attacks := []attack{
		{"none at all", after(func(in *Incoming) { in.Header = nil }), messages.CodeBadEnvelope, ReasonHeader},
		{"another version", header(HeaderVersion, "2"), messages.CodeBadEnvelope, ReasonVersion},
		{"the version with a zero", header(HeaderVersion, "01"), messages.CodeBadEnvelope, ReasonVersion},
		{"no version's value", header(HeaderVersion, ""), messages.CodeBadEnvelope, ReasonVersion},
		{"Nats-Msg-Id unlike the id", header(HeaderMsgID, "AAECAwQFBgcICQoLDA0OEA"), messages.CodeBadEnvelope, ReasonMsgID},
		{"Nats-Msg-Id empty", header(HeaderMsgID, ""), messages.CodeBadEnvelope, ReasonMsgID},
		bad("Nats-Msg-Id without a value", after(func(in *Incoming) { in.Header[HeaderMsgID] = nil })),
		bad("Nats-Msg-Id twice", header(HeaderMsgID, "AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODw")),
		bad("a case twin of Nats-Msg-Id", header("Nats-msg-id", "AAECAwQFBgcICQoLDA0ODw")),
		bad("an unknown header of ours", header("Ctx-Extra", "1")),
		bad("a reply's header", header(HeaderStatus, "200")),
		bad("our prefix alone", header("Ctx-", "1")),
		bad("an empty name", header("", "1")),
		bad("a name with a space after", header("Ctx-Key ", "other")),
		bad("a name with a space before", header(" Ctx-Key", "other")),
		bad("a name with a colon", header("Ctx-Key:x", "other")),
		bad("a name with a NUL", header("Ctx-Key\x00", "other")),
		bad("a name with letters that fold to ours", header("Ctx-\u212Aey", "other")),
		bad("an id that is empty", header(HeaderID, "")),
		bad("an id of 15 bytes", header(HeaderID, "AAECAwQFBgcICQoLDA0O")),
		bad("an id of 17 bytes", header(HeaderID, "AAECAwQFBgcICQoLDA0ODxA")),
		bad("an id that is padded", header(HeaderID, "AAECAwQFBgcICQoLDA0ODw==")),
		bad("an id that is not canonical", header(HeaderID, "AAECAwQFBgcICQoLDA0ODx")),
		bad("an id with *", header(HeaderID, "AAECAwQFBgcICQoLDA0OD*")),
		bad("an id with >", header(HeaderID, "AAECAwQFBgcICQoLDA0OD>")),
		bad("an id with a dot", header(HeaderID, "AAECAwQFBgcICQoLDA0O.w")),
		bad("an id with ..", header(HeaderID, "AAECAwQFBgcICQoLDA0O..")),
		bad("an id with a NUL", header(HeaderID, "AAECAwQFBgcICQoLDA0OD\x00")),
		bad("an id with a line break", header(HeaderID, "AAECAwQFBgcICQoLDA0O\r\n")),
		{"headers above 8 KiB", header("X-Padding", strings.Repeat("x", messages.MaxHeaderBytes)), messages.CodeTooLarge, ReasonSize},
		{"a thousand small headers", after(func(in *Incoming) {
			in.Header["X-Padding"] = make([]string, 1000)
		}), messages.CodeTooLarge, ReasonSize},
	}
	for _, name := range []string{HeaderVersion, HeaderKey, HeaderID, HeaderTime, HeaderExpires, HeaderReply, HeaderSignature} {
		attacks = append(attacks,
			bad(name+" missing", header(name)),
			bad(name+" twice, alike", after(func(in *Incoming) { in.Header[name] = append(in.Header[name], in.Header[name][0]) })),
			bad(name+" twice, unlike", after(func(in *Incoming) { in.Header[name] = append(in.Header[name], "x") })),
			bad("a lower-case twin of "+name, after(func(in *Incoming) { in.Header[strings.ToLower(name)] = in.Header[name] })),
			bad("an upper-case twin of "+name, after(func(in *Incoming) { in.Header[strings.ToUpper(name)] = in.Header[name] })),
			bad(name+" in lower case alone", after(func(in *Incoming) {
				in.Header[strings.ToLower(name)] = in.Header[name]
				delete(in.Header, name)
			})),
		)
	}
	runAttacks(t, attacks)
}

func TestHeadersAreReadAsTheyWereSigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.unsigned()
	e, err := parseHeaders(w.doubleSigned(t, secretOf(1), secretOf(2)).Header)
	fatalIf(t, err)
	if e.key != "web" || e.id != u.ID || e.time != u.Time || e.expires != u.Expires || e.reply != u.Reply || len(e.signatures) != 2 {
		t.Errorf("got %+v", e)
	}
	e, err = parseHeaders(w.silentJob().Header)
	fatalIf(t, err)
	if e.reply != "" {
		t.Errorf("no reply is read as %q", e.reply)
	}
}

// TestRefusalsNameWhoClaimed shows that the audit learns of a faulty envelope as much as can be read.
func TestRefusalsNameWhoClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.ask()
	in.Header = with(in.Header, HeaderReply, "$JS.API")
	_, err := w.verifier.Verify(in)
	want := `refused (reply): key "web", request "AAECAwQFBgcICQoLDA0ODw", proved false`
	if got := err.(*messages.Error).Unwrap().Error(); got != want { //nolint:errorlint // the type itself is what is promised
		t.Errorf("got %s, want %s", got, want)
	}
}
