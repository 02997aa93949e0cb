package output

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

type syslogDialer struct {
	address syslogAddress
	tls     *tls.Config
}

// setTLS reads the certificates.
func (d *syslogDialer) setTLS(o SyslogOptions) error {
	if d.address.network != "tls" {
		if o.CAFile != "" || o.CertFile != "" || o.KeyFile != "" {
			return errors.New("certificates are given, which only tls:// uses")
		}
		return nil
	}
	d.tls = &tls.Config{ServerName: d.address.host, MinVersion: tls.VersionTLS12}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return fmt.Errorf("read certificates to trust: %w", err)
		}
		d.tls.RootCAs = x509.NewCertPool()
		if !d.tls.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("read certificates to trust: no certificate in %s (it must be PEM)", o.CAFile)
		}
	}
	if o.CertFile != "" || o.KeyFile != "" {
		pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return fmt.Errorf("read own certificate: %w (give certificate and key, both PEM)", err)
		}
		d.tls.Certificates = []tls.Certificate{pair}
	}
	return nil
}

// dial makes the connection. One that has a stream is watched: servers do not
// answer, so that the end of what comes from one is the end of the connection.
func (d *syslogDialer) dial(ctx context.Context) (linkConn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	switch d.address.network {
	case "udp":
		return new(net.Dialer).DialContext(ctx, "udp", d.address.hostPort())
	case "tls":
		c, err := (&tls.Dialer{Config: d.tls}).DialContext(ctx, "tcp", d.address.hostPort())
		return watch(c, err)
	}
	c, err := new(net.Dialer).DialContext(ctx, "tcp", d.address.hostPort())
	return watch(c, err)
}

func watch(c net.Conn, err error) (linkConn, error) {
	if err != nil {
		return nil, err
	}
	go func() {
		io.Copy(io.Discard, c)
		c.Close()
	}()
	return c, nil
}

// streamChunk is how many bytes one write to a stream may have, about, and
// stallLimit how long the server may take for them.
const (
	streamChunk = 64 << 10
	stallLimit  = 30 * time.Second
)

// sendStream sends blocks with their lengths in front, in decimal.
func sendStream(c linkConn, blocks []byte) (done, given int, err error) {
	var out []byte
	var ends, sizes []int
	for done < len(blocks) && len(out) < streamChunk {
		b, n := nextBlock(blocks[done:])
		out = append(strconv.AppendInt(out, int64(len(b)), 10), ' ')
		out = append(out, b...)
		done += n
		ends, sizes = append(ends, len(out)), append(sizes, done)
	}
	c.SetWriteDeadline(time.Now().Add(stallLimit))
	n, err := c.Write(out)
	if err == nil {
		return done, 0, nil
	}
	done = 0
	for i, end := range ends {
		if end <= n {
			done = sizes[i]
		}
	}
	if errors.Is(err, net.ErrClosed) {
		err = errors.New("the server closed the connection")
	}
	return done, 0, err
}

// sendDatagrams sends every block as a datagram.
func sendDatagrams(c linkConn, blocks []byte) (done, given int, err error) {
	for done < len(blocks) {
		b, n := nextBlock(blocks[done:])
		_, err := c.Write(b)
		if errors.Is(err, syscall.EMSGSIZE) {
			return done + n, 1, err
		}
		if err != nil {
			return done, 0, err
		}
		done += n
	}
	return done, 0, nil
}
