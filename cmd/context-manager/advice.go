package main

import (
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"strings"

	"github.com/nats-io/nats.go"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/serve"
	"github.com/context-manager/context-manager/messages"
)

// advice is what to do about an error whose own text does not say it.
func advice(err error) string {
	var refusal *messages.Error
	var start *serve.StartError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &start):
		return ""
	case errors.As(err, &refusal):
		return adviceFor(refusal.Code)
	case errors.Is(err, context.Canceled):
		return "Interrupted."
	case unreached(err):
		return `Is it running? Start one with "context-manager dev", or name yours with --nats-url or CTX_NATS_URL.`
	case refusedByNATS(err):
		return "Check the user in --nats-url, --tls-cert, --creds, --nkey or --context, what it may publish and subscribe to, and --inbox-prefix."
	case errors.As(err, &authority):
		return "Name the certificates that the server's was signed by with --tls-ca."
	case errors.Is(err, nats.ErrSecureConnWanted):
		return "The server offers no TLS: begin its URL with nats:// and leave out --tls-ca and --tls-cert, or turn TLS on there."
	case wantsCertificate(err):
		return "The server may want a client certificate of an authority that it knows: give one with --tls-cert and --tls-key."
	case errors.Is(err, fs.ErrPermission):
		return "Check who owns the file, and which user this runs as."
	default:
		return ""
	}
}

// unreached tells whether nothing answered that speaks NATS: nobody, or something else.
func unreached(err error) bool {
	var op *net.OpError
	return errors.Is(err, nats.ErrNoServers) || errors.As(err, &op) && (op.Op == "dial" || op.Op == "read")
}

// refusedByNATS tells whether the server does not take the user, or what it asks
// for. What a server says while it is connected to has no type, only its words.
func refusedByNATS(err error) bool {
	return errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrPermissionViolation) ||
		strings.Contains(strings.ToLower(err.Error()), "authorization violation")
}

// wantsCertificate tells whether the server ended a TLS connection as one does whose client shows no
// certificate that it takes. It depends on timing whether its word of that arrives, which has no type.
func wantsCertificate(err error) bool {
	text := err.Error()
	return strings.Contains(text, "remote error: tls: certificate required") || errors.Is(err, nats.ErrTLS) && strings.Contains(text, "closed by remote")
}

func adviceFor(code messages.Code) string {
	switch code {
	case messages.CodeUnauthorized:
		return "Check CTX_KEY_FILE, and that the workers' ring holds this key (\"context-manager key list\") and the same --audience is used on both sides."
	case messages.CodeForbidden:
		return `"context-manager key list" shows which tenants, operations and inbox prefix (CTX_INBOX_PREFIX) the key is for.`
	case messages.CodeOutsideWindow:
		return "Compare the clocks of this machine and the worker's: they may differ by five minutes at most."
	case messages.CodeExpired:
		return "Compare the clocks of this machine and the worker's: what changes something must come before its time is over by the worker's clock."
	case messages.CodeConflict:
		return `Somebody changed it meanwhile: look at it with "context-manager list", and try again with the revision it has now.`
	case messages.CodeNotFound:
		return `"context-manager list" shows the ids there are.`
	case messages.CodeUnavailable, messages.CodeDeadline, messages.CodeOverloaded, messages.CodeDraining:
		return "Trying again may help. The workers' /health says which part is in trouble."
	default:
		return ""
	}
}
