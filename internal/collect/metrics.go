package collect

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// ServeMetrics answers on addr, host:port: /metrics in Prometheus' text format
// and /healthz. The metrics have no label for hosts: their number is not ours to
// bound in somebody else's memory. It returns what ends the service.
func (r *Receiver) ServeMetrics(addr string) (close func() error, err error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("serve metrics: %w (want HOST:PORT of this host that is free)", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		r.writeMetrics(w)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	s := &http.Server{Handler: mux, ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, MaxHeaderBytes: 8 << 10}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			r.o.Log.Error("metrics are no longer served", "err", err)
		}
	}()
	r.o.Log.Info("serving metrics", "at", l.Addr())
	return s.Close, nil
}

func (r *Receiver) writeMetrics(w io.Writer) {
	t := r.Totals()
	a := t.Account
	for _, m := range []struct {
		name, kind, help string
		value            uint64
	}{
		{"datagrams_total", "counter", "Datagrams received.", a.Datagrams},
		{"bytes_total", "counter", "Bytes of payload received.", a.Bytes},
		{"records_total", "counter", "Records delivered.", a.Delivered},
		{"missing_total", "counter", "Records that never came: lost, or filtered by their sender.", a.Missing},
		{"sender_filtered_total", "counter", "Records known to have been filtered by their sender.", a.Filtered},
		{"sender_lost_total", "counter", "Records that their sender reported lost.", a.Reported + a.Dropped},
		{"duplicate_total", "counter", "Datagrams that repeated others.", a.Duplicate},
		{"late_total", "counter", "Records delivered behind later ones.", a.Late},
		{"partial_total", "counter", "Records delivered with holes.", a.Partial},
		{"malformed_total", "counter", "Datagrams that were not understood.", a.Malformed},
		{"reboots_total", "counter", "Reboots of senders noticed.", a.Reboots},
		{"queue_overflow_total", "counter", "Datagrams that found the receive queue full.", t.Overflow},
		{"shed_total", "counter", "Records and notices that an output had no room for.", r.shed()},
		{"hosts_retired_total", "counter", "Senders forgotten to make room.", t.Retired},
		{"hosts", "gauge", "Senders remembered.", uint64(t.Hosts)},
		{"waiting_bytes", "gauge", "Memory in records that wait for others.", uint64(t.Waiting)},
	} {
		fmt.Fprintf(w, "# HELP netkmsg_%[1]s %[2]s\n# TYPE netkmsg_%[1]s %[3]s\nnetkmsg_%[1]s %[4]d\n", m.name, m.help, m.kind, m.value)
	}
}
