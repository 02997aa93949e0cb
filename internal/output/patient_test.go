package output

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// slowly takes nothing until begin is closed.
type slowly struct {
	begin chan struct{}
	got   bytes.Buffer
}

func (s *slowly) Write(b []byte) (int, error) {
	<-s.begin
	return s.got.Write(b)
}

// TestPatient hands over far more than a queue holds to a writer that begins
// late. Nothing is shed, and nothing is handed over ahead of the room for it.
func TestPatient(t *testing.T) {
	w := &slowly{begin: make(chan struct{})}
	j := NewJSON(w, JSONOptions{})
	j.q.limit = 1000
	Patient(j)
	const n = 500
	added := make(chan int, n)
	go func() {
		m := kmsg.Message{Host: netip.MustParseAddrPort("192.0.2.1:6665"), Time: time.Unix(1e9, 0)}
		for i := range n {
			m.Seq = uint64(i)
			j.Message(&m)
			added <- i
		}
		close(added)
	}()
	for range 3 { // an entry has more than 200 bytes: it cannot be past ten, whatever time it has
		<-added
	}
	if len(added) > 7 {
		t.Fatalf("%d entries of 200 bytes in room for 1000", 3+len(added))
	}
	close(w.begin)
	for range added {
	}
	if err := j.Close(time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(w.got.Bytes(), []byte("\n")); got != n || j.Shed() != 0 {
		t.Errorf("%d entries written, %d shed, want %d and 0", got, j.Shed(), n)
	}
}
