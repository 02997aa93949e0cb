package cli_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"netkmsg/frame"
	"netkmsg/internal/corpus"
	"netkmsg/kmsg"
)

// An experiment is what was done to a real kernel, and what it did
// (testdata/cases).
type experiment struct {
	name   string
	steps  []corpus.Step
	env    []string
	end    []string // the tree's files at the end, PATH=CONTENT
	flows  []struct{ Seqs []uint64 }
	log    []kmsg.Record
	frames [][]byte
}

func experiments(t *testing.T) (list []experiment) {
	t.Helper()
	dirs, err := filepath.Glob("../../testdata/cases/v7.3.4-*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		list = append(list, readExperiment(t, dir))
	}
	return list
}

func readExperiment(t *testing.T, dir string) experiment {
	t.Helper()
	c, err := corpus.ReadCase(dir)
	if err != nil {
		t.Fatal(err)
	}
	x := experiment{name: c.Case, steps: c.Steps, env: c.Begin, end: c.End, frames: frames(t, filepath.Join(dir, "frames.pcap"))}
	x.flows = c.Flows
	x.log = readLog(t, filepath.Join(dir, "kmsg.txt"))
	return x
}

func readLog(t *testing.T, path string) (list []kmsg.Record) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := kmsg.NewScanner(f, kmsg.ScanOptions{Format: kmsg.Kmsg, Name: path}); ; {
		r, err := s.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		if r, err = kmsg.Parse(slices.Clone(r.Raw)); err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
}

// device returns the name, MAC address and addresses of the one device that
// the experiment uses, in the order in which `ip addr` listed them, and
// whether it was up.
func (x experiment) device() (name, mac string, addrs []string, up bool) {
	name = "eth0"
	for _, s := range x.steps {
		if line := strings.Join(s.Do, " "); strings.Contains(line, "/eth1") || strings.Contains(line, "/00:00:00:00:00:11") {
			name = "eth1"
		}
	}
	inside := false
	for _, line := range x.env {
		f := strings.Fields(line)
		switch {
		case f[0] == "link" && f[1] == name:
			flags, _ := strconv.ParseUint(f[4], 0, 32)
			mac, up = f[2], flags&1 != 0
		case strings.HasSuffix(f[0], ":"):
			inside = f[1] == name+":"
		case inside && (f[0] == "inet" || f[0] == "inet6"):
			addrs = append(addrs, f[1])
		}
	}
	return name, mac, addrs, up
}

// sentAll reports whether every target sent the record: then it can be fed
// though it is the kernel's own, of which we know only when it was logged.
func (x experiment) sentAll(seq uint64) bool {
	return len(x.flows) == 1 && slices.Contains(x.flows[0].Seqs, seq)
}

// written finds the record behind number from that a write to /dev/kmsg made.
func (x experiment) written(from int, data []byte) (int, bool) {
	text := regexp.MustCompile(`^<\d*>`).ReplaceAllString(string(data), "")
	text = strings.TrimSuffix(text, "\n")
	for i := from; i < len(x.log); i++ {
		if string(x.log[i].AppendText(nil)) == text && x.log[i].Facility() != 0 {
			return i, true
		}
	}
	return 0, false
}

// belongs returns those of the experiment's frames that carry the records.
func (x experiment) belongs(t *testing.T, fed map[uint64]kmsg.Record) (list [][]byte) {
	t.Helper()
	stamps := map[string]bool{}
	for _, r := range fed {
		stamps[fmt.Sprintf("[%5d.%06d]", r.Usec/1e6, r.Usec%1e6)] = true
	}
	open := map[frame.Endpoint]bool{} // flows whose last datagram is to be continued
	for _, b := range x.frames {
		f, err := frame.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		d := kmsg.Decode(f.Payload)
		ours := open[f.Target]
		if d.Kind == kmsg.KindExtended || d.Kind == kmsg.KindFragment {
			_, ours = fed[d.Seq]
		} else if i := strings.IndexByte(string(f.Payload), ']'); i > 0 && f.Payload[0] == '[' {
			ours = stamps[string(f.Payload[:i+1])]
		}
		open[f.Target] = ours && len(f.Payload) == 1000
		if ours {
			list = append(list, b)
		}
	}
	return list
}
