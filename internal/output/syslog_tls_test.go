package output

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// selfSigned writes a certificate for name and its key to files.
func selfSigned(t *testing.T, name string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP("127.0.0.1")}, DNSNames: []string{name},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	cert, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(file, kind string, b []byte) string {
		path := filepath.Join(dir, file)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", cert), write("key.pem", "PRIVATE KEY", der)
}

func TestSyslogTLS(t *testing.T) {
	serverCert, serverKey := selfSigned(t, "server")
	clientCert, clientKey := selfSigned(t, "client")
	pair, err := tls.LoadX509KeyPair(serverCert, serverKey)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(clientCert)
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM(b)
	l := tls.NewListener(listenTCP(t, "127.0.0.1:0"), &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients,
	})
	s := newSyslog(t, SyslogOptions{Address: "tls://" + l.Addr().String(), CAFile: serverCert, CertFile: clientCert, KeyFile: clientKey})
	s.Message(numbered(1))
	s.Message(numbered(2))
	s.Flush()
	in := bufio.NewReader(accept(t, l))
	wantStream(t, in, numberedLine(1), numberedLine(2))
	closeOutput(t, s)
}

// A server that nobody vouches for gets nothing.
func TestSyslogTLSUntrusted(t *testing.T) {
	cert, key := selfSigned(t, "server")
	other, _ := selfSigned(t, "other")
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, ca := range []string{"", other} {
		l := tls.NewListener(listenTCP(t, "127.0.0.1:0"), &tls.Config{Certificates: []tls.Certificate{pair}})
		got := make(chan int, 1)
		go func() {
			c, err := l.Accept()
			if err != nil {
				return
			}
			n, _ := c.Read(make([]byte, 100))
			c.Close()
			got <- n
		}()
		var r told
		s := newSyslog(t, SyslogOptions{Address: "tls://" + l.Addr().String(), CAFile: ca, Report: r.add})
		s.Message(numbered(1))
		s.Flush()
		if n := <-got; n != 0 {
			t.Errorf("%d bytes", n)
		}
		eventually(t, "the fault to be told", func() bool { return len(r.all()) > 0 })
		if told := r.all()[0]; !strings.Contains(told, "certificate") {
			t.Errorf("told %q", told)
		}
		if err := s.Close(time.Millisecond); err == nil || s.Shed() != 1 {
			t.Errorf("close: %v, %d shed", err, s.Shed())
		}
	}
}
