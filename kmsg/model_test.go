package kmsg_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"netkmsg/kmsg"
)

// A model of the way from sender to receiver: records are formatted as the
// kernel does, the datagrams are lost, repeated and put out of order, and what
// the Collector makes of them is compared with what obviously came.

// packet is a datagram on its way: bytes from off on of record's body.
type packet struct {
	host, boot, record, off int
	payload                 []byte
	key                     float64
}

// sent is a record as its sender had it.
type sent struct {
	kmsg.Record
	header, body string // the body has userdata and sysdata
	cuts         []int  // where its datagrams begin in the body, and its end
}

// life is what one host sent from one boot to the next.
type life struct {
	records []sent
	came    []map[int]int // for each record: how often each offset came
}

type world struct {
	t       *testing.T
	r       *rand.Rand
	lives   [][]*life // by host, boot
	packets []packet
}

// speak makes a life of n records from seq and usec on.
func (w *world) speak(host, n int, seq, usec uint64, f kmsg.Format) *life {
	formatter, err := kmsg.NewFormatter(f)
	if err != nil {
		w.t.Fatal(err)
	}
	l := &life{}
	boot := len(w.lives[host])
	skipping := w.r.IntN(3) == 0
	for i := range n {
		r := w.record(seq, usec)
		start := len(w.packets)
		s := sent{Record: r}
		formatter.Begin(r)
		for b, ok := formatter.Next(nil); ok; b, ok = formatter.Next(nil) {
			w.packets = append(w.packets, packet{host: host, boot: boot, record: i, payload: b, off: len(s.body)})
			s.cuts = append(s.cuts, len(s.body))
			_, rest, _ := bytes.Cut(b[len(f.Release):], []byte(";"))
			s.body += string(rest)
		}
		s.cuts = append(s.cuts, len(s.body))
		header, _, _ := bytes.Cut(r.Raw, []byte(";"))
		s.header = string(header) + ";"
		if w.r.IntN(20) == 0 { // in the midst of its fragments comes another record
			w.r.Shuffle(len(w.packets)-start, func(i, j int) {
				w.packets[start+i], w.packets[start+j] = w.packets[start+j], w.packets[start+i]
			})
		}
		l.records = append(l.records, s)
		l.came = append(l.came, map[int]int{})
		seq++
		if skipping && w.r.IntN(4) == 0 {
			seq += uint64(w.r.IntN(5))
		}
		usec += uint64(w.r.IntN(20_000))
	}
	w.lives[host] = append(w.lives[host], l)
	return l
}

func (w *world) record(seq, usec uint64) kmsg.Record {
	text := make([]byte, w.r.IntN(120))
	if w.r.IntN(6) == 0 {
		text = make([]byte, w.r.IntN(1000))
	}
	for i := range text {
		text[i] = ' ' + byte(w.r.IntN(100))
	}
	raw := fmt.Appendf(nil, "%d,%d,%d,-", 3+w.r.IntN(190), seq, usec)
	if w.r.IntN(8) == 0 {
		raw = append(raw, ",caller=T1"...)
	}
	raw = append(kmsg.AppendEscaped(append(raw, ';'), text), '\n')
	if w.r.IntN(4) == 0 {
		raw = append(raw, " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n"...)
	}
	r, err := kmsg.Parse(raw)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// format chooses how a sender formats. Much userdata makes many fragments.
func (w *world) format() kmsg.Format {
	f := kmsg.Format{Extended: true, MsgID: w.r.IntN(2) == 0}
	if w.r.IntN(2) == 0 {
		f.Release = "7.3.4+deb13-cloud-amd64"
	}
	if w.r.IntN(2) == 0 {
		for i := range w.r.IntN(12) {
			f.Userdata = append(f.Userdata, kmsg.Userdata{Key: fmt.Sprint("key", i), Value: strings.Repeat("v\nw", 1+w.r.IntN(60))})
		}
	}
	return f
}

// travel loses, repeats and reorders the packets from index on. No packet
// comes after one that was sent reach later.
func (w *world) travel(from int, loss, again, reach float64) {
	var out []packet
	for i, p := range w.packets[from:] {
		for {
			if w.r.Float64() >= loss {
				p.key = float64(i) + w.r.Float64()*reach
				out = append(out, p)
				w.lives[p.host][p.boot].came[p.record][p.off]++
			}
			if w.r.Float64() >= again {
				break
			}
		}
	}
	slices.SortStableFunc(out, func(a, b packet) int { return cmp.Compare(a.key, b.key) })
	w.packets = append(w.packets[:from], out...)
}

// got is what the Collector gave for one host, in order: messages and
// notices.
type got struct {
	message *message
	notice  *kmsg.Notice
}

func hostOf(i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), 6665)
}

// collect gives the packets to a Collector, step apart.
func (w *world) collect(o kmsg.CollectOptions, step func(packet) time.Duration) (*kmsg.Collector, [][]got) {
	out := make([][]got, len(w.lives))
	at := func(h netip.AddrPort) *[]got { b := h.Addr().As4(); return &out[b[3]] }
	o.NoticeBurst, o.NoticeRate = 1e6, 1e6
	o.Deliver = func(m *kmsg.Message) {
		k := keep(m)
		*at(m.Host) = append(*at(m.Host), got{message: &k})
	}
	o.Notify = func(n *kmsg.Notice) {
		k := *n
		k.Holes = slices.Clone(n.Holes)
		*at(n.Host) = append(*at(n.Host), got{notice: &k})
	}
	c := kmsg.NewCollector(o)
	now := time.Unix(1e9, 0)
	var buf []byte
	for _, p := range w.packets {
		now = now.Add(step(p))
		buf = append(buf[:0], p.payload...)
		c.Receive(now, hostOf(p.host), buf)
		for i := range buf {
			buf[i] = 0xff // the Collector may keep nothing of it
		}
	}
	c.Flush()
	return c, out
}

// wire returns what is delivered of a record of which the datagrams at the
// offsets in came have come, and the holes.
func (s *sent) wire(came map[int]int) (string, []kmsg.Hole) {
	out := s.header
	var holes []kmsg.Hole
	for i := 0; i+1 < len(s.cuts); i++ {
		if came[s.cuts[i]] > 0 {
			out += s.body[s.cuts[i]:s.cuts[i+1]]
			continue
		}
		from := s.cuts[i]
		for i+2 < len(s.cuts) && came[s.cuts[i+1]] == 0 {
			i++
		}
		holes = append(holes, kmsg.Hole{From: from, To: s.cuts[i+1]})
		if last := s.cuts[i+1] - 1; last == from {
			out += fmt.Sprintf("[-- 1 byte missing: %d --]", from)
		} else {
			out += fmt.Sprintf("[-- %d bytes missing: %d-%d --]", last+1-from, from, last)
		}
	}
	return out, holes
}

// TestModel lets datagrams be lost, repeated and reordered within the window
// and wants every record that came intact, exactly once and in order, every one
// that came in part with exact holes, and every other announced missing.
func TestModel(t *testing.T) {
	runs := 5000
	if testing.Short() {
		runs = 500
	}
	for seed := range runs {
		w := world{t: t, r: rand.New(rand.NewPCG(3, uint64(seed))), lives: make([][]*life, 1+seed%2)}
		for host := range w.lives {
			w.speak(host, 1+w.r.IntN(40), uint64(w.r.IntN(1000)), 1e7+uint64(w.r.IntN(1e8)), w.format())
		}
		if len(w.lives) == 2 {
			w.interleave()
		}
		loss := []float64{0, 0.01, 0.1, 0.5}[w.r.IntN(4)]
		w.travel(0, loss, []float64{0, 0.01, 0.3}[w.r.IntN(3)], float64(w.r.IntN(30)))
		if seed%3 == 0 {
			w.reboot(loss)
		}
		c, out := w.collect(kmsg.CollectOptions{HostBytes: 64 << 20, TotalBytes: 64 << 20, Urgent: -1}, w.calm())
		account := c.Totals().Account
		for host, list := range out {
			w.check(host, list)
		}
		if err := account.Check(); err != nil {
			t.Error(err)
		}
		if n := w.duplicates(); account.Duplicate != n || account.Datagrams != uint64(len(w.packets)) {
			t.Errorf("account of %d packets, %d of them duplicates: %+v", len(w.packets), n, account)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// interleave mixes the packets of the hosts, each host's in order.
func (w *world) interleave() {
	for i := range w.packets {
		w.packets[i].key = float64(i)
		if w.packets[i].host == 1 {
			w.packets[i].key = w.r.Float64() + float64(i)*0.7
		}
	}
	last := math.Inf(-1)
	for i := range w.packets { // keep the order within host 1
		if p := &w.packets[i]; p.host == 1 {
			last = max(last, p.key)
			p.key = last
		}
	}
	slices.SortStableFunc(w.packets, func(a, b packet) int { return cmp.Compare(a.key, b.key) })
}

// reboot lets host 0 speak again, from lower times and any number on.
func (w *world) reboot(loss float64) {
	before := w.lives[0][0].records
	from := len(w.packets)
	last := before[len(before)-1]
	seq := []uint64{0, before[0].Seq, last.Seq - min(last.Seq, 5)}[w.r.IntN(3)]
	w.speak(0, 1+w.r.IntN(40), seq, last.Usec-9e6, w.format())
	w.travel(from, loss, 0.1, 20)
}

// calm is a millisecond between datagrams and a second before a reboot.
func (w *world) calm() func(packet) time.Duration {
	boots := make([]int, len(w.lives))
	return func(p packet) time.Duration {
		if p.boot != boots[p.host] {
			boots[p.host] = p.boot
			return time.Second
		}
		return time.Millisecond
	}
}

func (w *world) duplicates() (n uint64) {
	for _, host := range w.lives {
		for _, l := range host {
			for _, came := range l.came {
				for _, k := range came {
					n += uint64(k - 1)
				}
			}
		}
	}
	return n
}
