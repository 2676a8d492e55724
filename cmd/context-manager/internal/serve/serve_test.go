package serve

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/context-manager/context-manager/cmd/context-manager/internal/connect"
	"github.com/context-manager/context-manager/tiers/natsd"
	"github.com/context-manager/context-manager/tiers/natsd/natstest"
)

func TestConnectByTLS(t *testing.T) {
	t.Parallel()
	cert, key := selfSigned(t)
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cert)
	s := natstest.Start(t, func(o *natsd.Options) {
		o.Configure = func(so *server.Options) {
			so.TLSVerify, so.TLSTimeout = true, 10
			so.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13}
		}
	})
	f := connect.NATSFlags{NATSURL: s.URL(), TLSCA: pemFile(t, "ca.pem", cert), TLSCert: pemFile(t, "cert.pem", cert), TLSKey: pemFile(t, "key.pem", key)}
	nc, err := f.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	if _, err := nc.Subscribe("echo", func(m *nats.Msg) { _ = m.Respond(m.Data) }); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	worker, err := (&Command{NATSFlags: f, ConnectWait: time.Minute}).connectAndLog(t.Context(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(worker.Close)
	for _, size := range []int{3, 300_000} {
		if m, err := worker.Request("echo", make([]byte, size), 10*time.Second); err != nil || len(m.Data) != size {
			t.Errorf("%d bytes through a worker's connection: %v", size, err)
		}
	}
	if nc, err := (&connect.NATSFlags{NATSURL: s.URL()}).Connect(); err == nil {
		nc.Close()
		t.Error("it connected to a server whose certificate nobody vouches for")
	}
}

// selfSigned makes a certificate for 127.0.0.1 that is its own authority.
func selfSigned(t *testing.T) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

func pemFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
