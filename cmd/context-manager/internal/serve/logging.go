package serve

import (
	"errors"

	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/shell"
)

// Logger logs JSON to standard error, a line an event, from a level on.
func Logger(sh *shell.Shell, least string) zerolog.Logger {
	level, err := zerolog.ParseLevel(least)
	if err != nil { // kong has refused it before
		level = zerolog.InfoLevel
	}
	return zerolog.New(zerolog.SyncWriter(sh.Err)).Level(level).With().Timestamp().Logger()
}

// LogConnection logs what becomes of a connection, and what the server refuses of it.
func LogConnection(log zerolog.Logger) []nats.Option {
	return []nats.Option{
		nats.DisconnectErrHandler(func(nc *nats.Conn, err error) {
			if !nc.IsClosed() {
				log.Warn().Err(err).Msg("lost the connection to NATS")
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			log.Info().Str("nats", nc.ConnectedUrlRedacted()).Msg("connected to NATS again")
		}),
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrBadHeaderMsg) {
				return // anybody can send those, a log full: what has such headers is refused and counted
			}
			event := log.Error().Err(err)
			if sub != nil {
				event = event.Str("subject", sub.Subject)
			}
			event.Msg("NATS reported an error")
		}),
	}
}
