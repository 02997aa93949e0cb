package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"netkmsg/frame"
	"netkmsg/frame/frametest"
	"netkmsg/internal/configfs"
	"netkmsg/internal/corpus"
	"netkmsg/kmsg"
)

// differences are where the tree answers otherwise than the kernel, and why.
// docs/compatibility.md lists them.
var differences = []struct{ file, data, kernel, ours, why string }{
	{"", "", "write: EFAULT (14)", "ok 0", "FUSE does not pass on a write of no bytes"},
	{"cpu_nr_enabled", "1", "ok 1", "write: ENOTSUP (95)", "who logged a record that is fed cannot be known"},
	{"taskname_enabled", "1", "ok 1", "write: ENOTSUP (95)", "who logged a record that is fed cannot be known"},
	{"cpu_nr_enabled", "", "1\\n", "0\\n", "as it could not be switched on"},
	{"taskname_enabled", "", "1\\n", "0\\n", "as it could not be switched on"},
}

// unlike are experiments of which something cannot be compared, and why.
var unlike = map[string]string{
	"cfs-transmit-errors frames":               "what was logged while the device was down is sent when it is up again, not left out in silence",
	"dev-newmac at the end cmdline0/local_mac": "the experiment's own tidying gave the device its old address again",
}

// notOurs are steps that are about the kernel and its log, not the tree.
func notOurs(do []string) bool {
	switch do[0] {
	case "newkmsg", "taskset", "sh":
		return true
	}
	return do[0] == "cat" && !strings.HasPrefix(do[1], "cfs/") || do[0] == "w" && strings.HasPrefix(do[1], "/sys/")
}

// TestExperiments does on a mounted tree, by real system calls, what was done
// to real kernels: the results, the contents and the frames must be the same.
func TestExperiments(t *testing.T) {
	requireFUSE(t)
	sum := struct{ cases, steps, files, frames, differ int }{}
	for _, x := range experiments(t) {
		t.Run(x.name, func(t *testing.T) {
			r := newReplayed(t, x)
			for i, s := range x.steps {
				r.step(i, s)
			}
			r.atEnd()
			sum.cases++
			sum.steps += r.steps
			sum.files += r.files
			sum.frames += r.compared
			sum.differ += r.differ
		})
	}
	t.Logf("%+v", sum)
	if sum.cases < 40 || sum.steps < 700 || sum.files < 390 || sum.frames < 220 {
		t.Errorf("too few were compared: %+v", sum)
	}
}

// A replayed experiment.
type replayed struct {
	*testing.T
	x    experiment
	pair *frametest.Pair
	to   *frametest.Capture

	daemon *command
	dir    string
	pipe   *os.File
	next   int // in x.log

	fed                            map[uint64]kmsg.Record
	steps, files, compared, differ int
	unlike                         bool // frames cannot be compared
}

func requireFUSE(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	frametest.Require(t, err == nil, "/dev/fuse, readable and writable")
	f.Close()
}

func newReplayed(t *testing.T, x experiment) *replayed {
	t.Helper()
	name, mac, addrs, up := x.device()
	m, err := frame.ParseMAC(mac)
	must(t, err)
	slices.Reverse(addrs) // given in the order that makes the kernel list them so: the last first
	slices.SortStableFunc(addrs, func(a, b string) int { return strings.Count(b, ".") - strings.Count(a, ".") })
	p := frametest.NewPair(t, frametest.A(frametest.Device{Name: name, MAC: m, Addrs: addrs, Down: !up}))
	return &replayed{T: t, x: x, pair: p, to: p.B.Capture(t), next: 1, fed: map[uint64]kmsg.Record{}} // the log begins with the experiment's own mark
}

// step does one step and compares what comes of it.
func (r *replayed) step(i int, s corpus.Step) {
	r.Helper()
	if strings.HasPrefix(s.Note, "mkdir number") {
		r.fill(s.Note)
		return
	}
	if addr, ok := strings.CutSuffix(s.Note, " added to eth0; it would now be chosen"); ok {
		r.pair.A.AddAddr(addr + "/64")
		return
	}
	if len(s.Do) == 0 || notOurs(s.Do) || s.Do[0] == "rm" && s.Result != "ok" { // a daemon can always be ended
		return
	}
	if s.Do[0] == "w" && s.Do[1] == "/dev/kmsg" {
		r.logs(corpus.Unescape(s.Do[2]))
		return
	}
	var got string
	err := r.pair.A.Do(func() error { got = r.do(s.Do); return nil })
	must(r.T, err)
	if s.Do[0] == "ins" && strings.Contains(s.Do[2], "=") {
		r.logsStart()
	}
	if got == "" {
		return // not a system call on the tree
	}
	r.steps++
	if got == "ok 1" && strings.HasSuffix(s.Do[1], "/enabled") && s.Do[2] == "1" {
		r.logsStart()
	}
	want := strings.TrimSpace(s.Result)
	if got == want || s.Do[0] == "ls" && strings.TrimSpace(got) == want {
		return
	}
	for _, d := range differences {
		data := ""
		if len(s.Do) > 2 {
			data = s.Do[2]
		}
		if want == d.kernel && got == d.ours && (d.file == "" || strings.HasSuffix(s.Do[1], "/"+d.file)) && (d.file == "" || data == d.data) {
			r.differ++
			r.unlike = r.unlike || d.file != ""
			return
		}
	}
	r.Errorf("step %d: %.100q: got %q, want %q", i+1, s.Do, got, want)
}

// do returns the result as the experiments write it, "" for what is not about
// the tree.
func (r *replayed) do(do []string) string {
	path := func() string { return filepath.Join(r.dir, strings.TrimPrefix(do[1], "cfs")) }
	switch do[0] {
	case "ins":
		config, _ := strings.CutPrefix(strings.Join(do[2:], " "), "netconsole=")
		r.start(config)
		return ""
	case "rm":
		r.stop()
		return ""
	case "mkdir":
		return outcome("mkdir", 0, unix.Mkdir(path(), 0o755))
	case "rmdir":
		return outcome("rmdir", 0, unix.Rmdir(path()))
	case "ls":
		es, err := os.ReadDir(path())
		must(r.T, err)
		var names []string
		for _, e := range es {
			names = append(names, e.Name())
		}
		return strings.Join(names, " ") + "\n"
	case "w":
		return put(path(), corpus.Unescape(do[2]))
	case "cat":
		return strings.TrimSpace(content(path())) // as the experiments were noted
	case "ip":
		r.ip(do[1:])
		return ""
	}
	r.Fatalf("step %q is not understood", do)
	return ""
}

func put(path string, data []byte) string {
	fd, err := unix.Open(path, unix.O_WRONLY, 0)
	if err != nil {
		return outcome("open", 0, err)
	}
	defer unix.Close(fd)
	n, err := unix.Write(fd, data)
	return outcome("write", n, err)
}

func content(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return outcome("open", 0, err)
	}
	return strings.ReplaceAll(strings.ReplaceAll(string(b), `\`, `\\`), "\n", `\n`)
}

func outcome(op string, n int, err error) string {
	var e syscall.Errno
	switch {
	case err == nil && op == "write":
		return fmt.Sprintf("ok %d", n)
	case err == nil:
		return "ok"
	case !errors.As(err, &e):
		return err.Error()
	}
	return fmt.Sprintf("%s: %s (%d)", op, unix.ErrnoName(e), int(e))
}

// start loads what stands for the module: the daemon, on a new directory.
func (r *replayed) start(config string) {
	r.Helper()
	r.stop()
	r.dir = filepath.Join(r.TempDir(), "tree")
	args := []string{"mount", "--log-format", "json", "--policy", "kernel", "--release", "7.3.4+deb13-cloud-amd64", "--printk-time=true", "--from", "-", r.dir}
	if config != "" {
		args = append(args, config)
	}
	args = append(args, "7777@127.0.0.1/lo,7777@127.0.0.1/") // always on and never made: it tells how far the log was read
	r.daemon = prepare(r.T, r.pair.A, "netkmsg", args...)
	r.pipe = r.daemon.feed()
	r.daemon.start().says("the tree is ready")
}

func (r *replayed) stop() {
	r.Helper()
	if r.daemon == nil {
		return
	}
	must(r.T, r.daemon.Process.Signal(syscall.SIGTERM))
	r.daemon.ends(either)
	r.daemon = nil
}

// logs feeds the record that a write to /dev/kmsg made, after those of the
// kernel's own that were sent before it.
func (r *replayed) logs(data []byte) {
	r.Helper()
	i, ok := r.x.written(r.next, data)
	if !ok {
		r.Fatalf("no record in the log has the text %.60q", data)
	}
	for ; r.next <= i; r.next++ {
		if rec := r.x.log[r.next]; r.next == i || r.x.sentAll(rec.Seq) {
			if r.daemon != nil {
				r.feed(rec)
			}
		}
	}
}

// logsStart feeds what the kernel logged last when a target was enabled, and
// sent to it already.
func (r *replayed) logsStart() {
	r.Helper()
	for i := r.next; i < len(r.x.log) && r.x.log[i].Facility() == 0; i++ {
		if rec := r.x.log[i]; r.x.sentAll(rec.Seq) && string(rec.Text) == "netconsole: network logging started" {
			for ; r.next <= i; r.next++ {
				if rec := r.x.log[r.next]; r.x.sentAll(rec.Seq) {
					r.feed(rec)
				}
			}
		}
	}
}

// feed waits until each target that is on has the record behind it.
func (r *replayed) feed(rec kmsg.Record) {
	r.Helper()
	before := r.status()
	write(r.T, r.pipe, string(rec.Raw))
	if rec.Facility() != 0 || slices.ContainsFunc(before.Targets, func(b configfs.TargetStatus) bool { return b.State == "enabled" && b.Device != "lo" }) {
		r.fed[rec.Seq] = rec // the kernel's own may have come a step earlier than we know
	}
	for over := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		if behind := slices.IndexFunc(before.Targets, func(b configfs.TargetStatus) bool {
			if b.State != "enabled" {
				return false
			}
			for _, a := range r.status().Targets {
				if a.Name == b.Name {
					return a.Read == b.Read || a.InFlight > 0
				}
			}
			return false
		}); behind < 0 {
			return
		} else if time.Now().After(over) {
			r.Fatalf("%s does not take record %d: %+v\n%s", before.Targets[behind].Name, rec.Seq, r.status(), r.daemon.diag)
		}
	}
}

func (r *replayed) status() (s configfs.Status) {
	r.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, ".netkmsg/status"))
	must(r.T, err)
	must(r.T, json.Unmarshal(b, &s))
	return s
}

// fill makes keys until one is refused.
func (r *replayed) fill(want string) {
	r.Helper()
	for i := 0; i < 1000; i++ {
		if err := unix.Mkdir(fmt.Sprintf("%s/t/userdata/k%d", r.dir, i), 0o755); err != nil {
			if got := fmt.Sprintf("mkdir number %d: %s", i+1, outcome("mkdir", 0, err)); got != want {
				r.Errorf("got %q, want %q", got, want)
			}
			return
		}
	}
}

func (r *replayed) ip(args []string) {
	switch line := strings.Join(args, " "); {
	case strings.HasSuffix(line, " down"):
		r.pair.A.SetDown()
	case strings.HasSuffix(line, " up"):
		r.pair.A.SetUp()
	case strings.Contains(line, " name "):
		r.pair.A.Rename(args[len(args)-1])
	case strings.Contains(line, " address "):
		m, err := frame.ParseMAC(args[len(args)-1])
		must(r.T, err)
		r.pair.A.SetMAC(m)
	default:
		r.Fatalf("ip %s is not understood", line)
	}
}

// atEnd compares the tree as it stands, and the frames that came.
func (r *replayed) atEnd() {
	r.Helper()
	for ; r.next < len(r.x.log); r.next++ {
		if rec := r.x.log[r.next]; r.x.sentAll(rec.Seq) {
			r.feed(rec)
		}
	}
	for _, e := range r.x.end {
		path, want, _ := strings.Cut(e, "=")
		r.files++
		if unlike[r.x.name+" at the end "+path] != "" {
			r.differ++
			continue
		}
		if got := strings.TrimSuffix(content(filepath.Join(r.dir, path)), `\n`); got != want {
			r.Errorf("at the end %s is %q, want %q", path, got, want)
		}
	}
	r.stop()
	if r.unlike || unlike[r.x.name+" frames"] != "" {
		return
	}
	flows := map[string][]frame.Frame{}
	for _, b := range r.x.belongs(r.T, r.fed) {
		f, err := frame.Parse(b)
		must(r.T, err)
		flows[flowOf(f)] = append(flows[flowOf(f)], f)
	}
	for flow, want := range flows {
		for i, w := range want {
			p, err := r.to.Wait(2*time.Second, func(p frametest.Packet) bool {
				f, err := p.Frame()
				return err == nil && flowOf(f) == flow
			})
			if err != nil {
				r.Fatalf("flow %s: frame %d of %d: %v", flow, i+1, len(want), err)
			}
			f, err := p.Frame()
			must(r.T, err)
			r.compared++
			if d := frametest.Diff(plain(r.T, w), plain(r.T, f)); d != "" {
				r.Errorf("flow %s: frame %d of %d:\n%s", flow, i+1, len(want), d)
			}
		}
	}
	if p, err := r.to.Wait(0, func(p frametest.Packet) bool {
		f, err := p.Frame()
		return err == nil && f.Source.Port != 5353 && f.Target.Addr != netip.IPv6LinkLocalAllNodes()
	}); err == nil {
		r.Errorf("a frame more than the kernel sent: %v", p)
	}
}

// flowOf tells streams apart: basic and extended ones to the same port are two.
func flowOf(f frame.Frame) string {
	k := kmsg.Decode(f.Payload).Kind
	return fmt.Sprint(f.Source, f.Target, k == kmsg.KindExtended || k == kmsg.KindFragment)
}

// plain is the frame without IPv4's ID, which counts what the kernel sent
// before too.
func plain(t *testing.T, f frame.Frame) []byte {
	t.Helper()
	h, err := f.Header().Template()
	must(t, err)
	b, err := h.Append(nil, f.Payload)
	must(t, err)
	return b
}
