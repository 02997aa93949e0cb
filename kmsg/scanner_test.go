package kmsg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// scanAll returns every record's Raw, and every error as "! " and its text.
func scanAll(s *Scanner) []string {
	var list []string
	for {
		r, err := s.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			list = append(list, "! "+err.Error())
			if !errors.As(err, new(*SyntaxError)) {
				return list
			}
			continue
		}
		if r.Lost != 0 {
			list = append(list, fmt.Sprintf("! lost %d", r.Lost))
		}
		list = append(list, string(r.Raw))
	}
}

// cutRecord is a record that the kernel cut at n bytes.
func cutRecord(seq, n int) string {
	s := fmt.Sprintf("6,%d,%d,-;", seq, seq)
	return s + strings.Repeat("x", n-len(s))
}

func TestScannerKmsg(t *testing.T) {
	long := "6,1,1,-;" + strings.Repeat("y", 3000) + "\n"
	tests := []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"one", "6,1,2,-;a\n", []string{"6,1,2,-;a\n"}},
		{"a gap is no loss", "6,1,2,-;a\n6,5,3,-;b\n", []string{"6,1,2,-;a\n", "6,5,3,-;b\n"}},
		{"numbers going back", "6,5,2,-;a\n6,1,3,-;b\n", []string{"6,5,2,-;a\n", "6,1,3,-;b\n"}},
		{"dictionary", "6,1,2,-;a\n A=1\n B=2\n6,2,3,-;b\n C=3\n", []string{"6,1,2,-;a\n A=1\n B=2\n", "6,2,3,-;b\n C=3\n"}},
		{"unfinished text", "6,1,2,-;a\n6,2,3,-;bbb", []string{"6,1,2,-;a\n", "6,2,3,-;bbb"}},
		{"unfinished dictionary", "6,1,2,-;a\n A=1\n B", []string{"6,1,2,-;a\n A=1\n B"}},
		{"unfinished header", "6,1,2,-;a\n6,2,", []string{"6,1,2,-;a\n", "! f:2: byte 14: expected a decimal time stamp, found the end"}},
		{"empty lines", "\n6,1,2,-;a\n\n\n6,2,3,-;b\n\n", []string{"6,1,2,-;a\n", "6,2,3,-;b\n"}},
		{"malformed", "6,1,2,-;a\n6,x,2,-;b\n6,3,4,-;c\n", []string{"6,1,2,-;a\n", "! f:2: byte 12: expected a decimal sequence number, found 'x'", "6,3,4,-;c\n"}},
		{"malformed with a dictionary", "6,1,2,-;a\nrubbish\n A=1\n6,3,4,-;c\n", []string{"6,1,2,-;a\n", "! f:2: byte 10: expected a decimal priority, found 'r'", "6,3,4,-;c\n"}},
		{"the tail of a file", " A=1\n B=2\n6,3,4,-;c\n", []string{"! f:1: byte 0: a dictionary line without a record before it", "6,3,4,-;c\n"}},
		{"exactly 2048", cutRecord(1, 2047) + "\n6,2,2,-;b\n", []string{cutRecord(1, 2047) + "\n", "6,2,2,-;b\n"}},
		{"cut at 2048", cutRecord(1, 2048) + "6,2,2,-;b\n", []string{cutRecord(1, 2048), "6,2,2,-;b\n"}},
		{"several cut at 2048", cutRecord(1, 2048) + cutRecord(3, 2048) + cutRecord(4, 2048), []string{cutRecord(1, 2048), cutRecord(3, 2048), cutRecord(4, 2048)}},
		{"cut in the dictionary", "6,1,1,-;" + strings.Repeat("x", 2029) + "\n SUBSYSTEM" + "6,2,2,-;b\n C=3\n",
			[]string{"6,1,1,-;" + strings.Repeat("x", 2029) + "\n SUBSYSTEM", "6,2,2,-;b\n C=3\n"}},
		{"cut at 8192", cutRecord(1, 8192) + "6,2,2,-;b\n", []string{cutRecord(1, 8192), "6,2,2,-;b\n"}},
		{"cut at the end", cutRecord(1, 2048), []string{cutRecord(1, 2048)}},
		{"longer than 2048", long + "6,2,2,-;b\n", []string{long, "6,2,2,-;b\n"}},
		{"no later record at 2048", cutRecord(5, 2048) + "6,2,2,-;b\n", []string{cutRecord(5, 2048) + "6,2,2,-;b\n"}},
		{"a line too long", "6,1,2,-;a\n6,2,2,-;" + strings.Repeat("z", 3*windowSize) + "\n6,3,2,-;c\n",
			[]string{"6,1,2,-;a\n", "! f:2: byte 10: a line of more than 65536 bytes; skipped to its end", "6,3,2,-;c\n"}},
		{"too long a dictionary", "6,1,2,-;a\n6,2,2,-;" + strings.Repeat("b", 2000) + "\n" + strings.Repeat(" A="+strings.Repeat("c", 1000)+"\n", 64) + "6,3,2,-;c\n",
			[]string{"6,1,2,-;a\n", "! f:2: byte 10: a line of more than 65536 bytes; skipped to its end",
				"! f:3: byte 2019: a dictionary line without a record before it", "6,3,2,-;c\n"}},
		{"an endless line at the end", "6,1,2,-;a\n" + strings.Repeat("z", 3*windowSize),
			[]string{"6,1,2,-;a\n", "! f:2: byte 10: a line of more than 65536 bytes; skipped to its end"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			readers := map[string]io.Reader{
				"whole":          strings.NewReader(tt.in),
				"byte by byte":   iotest.OneByteReader(strings.NewReader(tt.in)),
				"halves":         iotest.HalfReader(strings.NewReader(tt.in)),
				"end with data":  iotest.DataErrReader(strings.NewReader(tt.in)),
				"through a pipe": pipe(t, tt.in),
			}
			for name, r := range readers {
				got := scanAll(NewScanner(r, ScanOptions{Name: "f", Format: Kmsg}))
				if !slices.Equal(got, tt.want) {
					t.Errorf("%s:\n got %.300q\nwant %.300q", name, got, tt.want)
				}
			}
		})
	}
}

// pipe returns a pipe into which s is written and which is then closed.
func pipe(t *testing.T, s string) *os.File {
	r, w := osPipe(t)
	go func() {
		_, _ = io.WriteString(w, s) // fails only when the test is over
		_ = w.Close()
	}()
	return r
}

func osPipe(t *testing.T) (r, w *os.File) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(); _ = w.Close() })
	return r, w
}

// What is in a live pipe is delivered though nothing follows it.
func TestScannerLivePipe(t *testing.T) {
	r, w := osPipe(t)
	s := NewScanner(r, ScanOptions{})
	for _, parts := range [][]string{
		{"6,1,2,-;a\n"},
		{"6,2,3,-;b\n A=1\n"},
		{"6,", "3,4,-;c", "\n"}, // a writer's parts, none of which could be a record
		{cutRecord(4, 2048)},
		{"6,5,6,-;e\n"},
	} {
		for _, p := range parts {
			if _, err := w.WriteString(p); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Next(); err != nil || string(got.Raw) != strings.Join(parts, "") {
			t.Fatalf("got %.50q, %v; want %.50q", got.Raw, err, parts)
		}
	}
	if _, err := w.WriteString("6,6,7,-;f\n6,7,8,-;g\n6,8,9,-;h\n"); err != nil {
		t.Fatal(err)
	}
	if r, ok, err := s.TryNext(); ok || err != nil {
		t.Fatalf("TryNext has read %q, %v", r.Raw, err)
	}
	if r, err := s.Next(); err != nil || r.Seq != 6 {
		t.Fatal(r.Seq, err)
	}
	if r, ok, err := s.TryNext(); !ok || err != nil || r.Seq != 7 {
		t.Fatal(r.Seq, ok, err)
	}
	if r, ok, err := s.TryNext(); ok || err != nil {
		t.Fatalf("TryNext returned %q, which may be incomplete, and %v", r.Raw, err)
	}
	if r, err := s.Next(); err != nil || r.Seq != 8 {
		t.Fatal(r.Seq, err)
	}
	// A dictionary that comes much too late is not lost in silence.
	if _, err := w.WriteString(" LATE=1\n"); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Next(); !errors.As(err, new(*SyntaxError)) {
		t.Fatal(r.Seq, err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(); err != io.EOF {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestScannerTryNext(t *testing.T) {
	s := NewScanner(strings.NewReader("6,1,2,-;a\nx\n6,2,3,-;b\n6,3,4,-;c\n"), ScanOptions{})
	if _, ok, err := s.TryNext(); ok || err != nil {
		t.Fatal("read something", err)
	}
	if r, err := s.Next(); err != nil || r.Seq != 1 {
		t.Fatal(r.Seq, err)
	}
	if _, ok, err := s.TryNext(); ok || !errors.As(err, new(*InputError)) {
		t.Fatal(ok, err)
	}
	if r, ok, err := s.TryNext(); !ok || err != nil || r.Seq != 2 {
		t.Fatal(r.Seq, ok, err)
	}
	if _, ok, err := s.TryNext(); ok || err != nil {
		t.Fatal("more may follow", err)
	}
	if r, err := s.Next(); err != nil || r.Seq != 3 {
		t.Fatal(r.Seq, err)
	}
	for range 2 {
		if _, ok, err := s.TryNext(); ok || err != nil {
			t.Fatal(ok, err)
		}
		if _, err := s.Next(); err != io.EOF {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestScannerReadErrors(t *testing.T) {
	broken := errors.New("broken")
	in := io.MultiReader(strings.NewReader("6,1,2,-;a\n6,2,3,-;b\n"), iotest.ErrReader(broken))
	s := NewScanner(in, ScanOptions{Name: "f"})
	for seq := range uint64(2) {
		if r, err := s.Next(); err != nil || r.Seq != seq+1 {
			t.Fatal(r.Seq, err)
		}
	}
	for range 2 {
		if _, err := s.Next(); !errors.Is(err, broken) || err.Error() != "read f: broken" {
			t.Fatal(err)
		}
	}
	s = NewScanner(stuck{}, ScanOptions{})
	if _, err := s.Next(); !errors.Is(err, io.ErrNoProgress) || err.Error() != "read input: "+io.ErrNoProgress.Error() {
		t.Fatal(err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestScannerError(t *testing.T) {
	s := NewScanner(strings.NewReader("6,1,2,-;a\n B=1\nx\n"), ScanOptions{Name: "records.kmsg"})
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	_, err := s.Next()
	var ie *InputError
	var se *SyntaxError
	if !errors.As(err, &ie) || !errors.As(err, &se) {
		t.Fatal(err)
	}
	if ie.Name != "records.kmsg" || ie.Line != 3 || ie.Offset != 15 || se.Offset != 0 {
		t.Errorf("%+v, %+v", ie, se)
	}
}

func TestDetect(t *testing.T) {
	binary := bytes.Repeat([]byte("\x1f\x8b\x08\x02\xff\xfe"), 20)
	tests := []struct {
		name, in string
		want     InputFormat
	}{
		{"empty", "", Text},
		{"empty lines", "\n\r\n\n", Text},
		{"a record", "6,1,2,-;a\n", Kmsg},
		{"a record without end", "6,1,2,-;a", Kmsg},
		{"a record after empty lines", "\n\n6,1,2,-;a", Kmsg},
		{"a record after a dictionary's rest", " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:11.0\n6,1,2,-;a", Kmsg},
		{"a record of bytes above 127", "6,1,2,-;\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\n", Kmsg},
		{"dmesg", "[    0.000000] Linux version\n6,1,2,-;a\n", Text},
		{"dmesg --raw", "<6>[    0.000000] Linux version\n", Text},
		{"nearly a record", "6,1,2,x;a\n", Text},
		{"indented text", " one = 1\n6,1,2,-;a\n", Text},
		{"one word", "a", Text},
		{"UTF-8", "[    1.000000] Grüße aus Köln: ääääääää\n", Text},
		{"Latin-1", "Gr\xfc\xdfe aus K\xf6ln, noch mehr Text ohne Umlaute\n", Text},
		{"colours", "\x1b[32m[    1.000000] \x1b[0mgreen\n", Text},
		{"a NUL", "[    1.000000] text\x00\n", Auto},
		{"mostly not text", string(binary), Auto},
		{"a NUL after an endless line", strings.Repeat("a", windowSize-1) + "\x00", Auto},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				s := NewScanner(r, ScanOptions{Name: "f"})
				var err error
				for range 2 {
					if _, err = s.Next(); errors.As(err, new(*SyntaxError)) {
						err = nil
					}
				}
				if s.o.Format != tt.want {
					t.Errorf("took it for %d, want %d", s.o.Format, tt.want)
				}
				if (tt.want == Auto) != errors.Is(err, ErrBinary) {
					t.Error(err)
				}
			}
		})
	}
}

// Forced to a format, the scanner takes anything.
func TestScannerForced(t *testing.T) {
	in := "a\x00b\n"
	if got := scanAll(NewScanner(strings.NewReader(in), ScanOptions{Format: Text})); !slices.Equal(got, []string{"4,0,0,-;a\\x00b\n"}) {
		t.Errorf("%q", got)
	}
	want := []string{"! f:1: byte 0: expected a decimal priority, found 'a'"}
	if got := scanAll(NewScanner(strings.NewReader(in), ScanOptions{Format: Kmsg, Name: "f"})); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	want = []string{"4,0,0,-;6,1,2,-;a\n"}
	if got := scanAll(NewScanner(strings.NewReader("6,1,2,-;a\n"), ScanOptions{Format: Text})); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// endless is an input without any newline or end.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestScannerEndless(t *testing.T) {
	s := NewScanner(endless(0), ScanOptions{})
	if _, err := s.Next(); !errors.Is(err, ErrBinary) {
		t.Error(err)
	}
	// One error, and then the bytes pass through without being kept.
	in := io.MultiReader(strings.NewReader("6,1,2,-;"), io.LimitReader(endless('x'), 16<<20), strings.NewReader("\n6,2,3,-;b\n"))
	s = NewScanner(in, ScanOptions{})
	if _, err := s.Next(); !errors.As(err, new(*InputError)) {
		t.Error(err)
	}
	if r, err := s.Next(); err != nil || r.Seq != 2 {
		t.Error(r.Seq, err)
	}
	if len(s.buf) != windowSize {
		t.Errorf("the buffer has grown to %d", len(s.buf))
	}
}

func TestScannerAllocates(t *testing.T) {
	for _, in := range []string{
		"6,1,2,-,caller=T1;a\\x0ab\n SUBSYSTEM=pci\n",
		"<6>[    1.000000][    T1] a line of text\n",
	} {
		s := NewScanner(strings.NewReader(strings.Repeat(in, 3000)), ScanOptions{})
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
		n := testing.AllocsPerRun(2000, func() {
			if _, err := s.Next(); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%q: %v allocations a record, want 0", in, n)
		}
	}
}

// The pieces in which an input arrives do not matter.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{
		"6,1,2,-;a\n A=1\n6,2,3,c;b\n", "\n\n<6>[    1.000001] x\r\ny\n", cutRecord(1, 2048) + "6,2,2,-;b\n",
		"6,1,2,-;" + strings.Repeat("x", 3000), " X=1\nrubbish\n6,1,2,-;a", strings.Repeat("t", 2500) + "\n", "a\x00b",
	} {
		for format := range 3 {
			f.Add([]byte(s), format)
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, format int) {
		o := ScanOptions{Format: InputFormat(max(0, min(format, 2))), Name: "f"}
		whole := NewScanner(bytes.NewReader(in), o)
		pieces := NewScanner(iotest.OneByteReader(bytes.NewReader(in)), o)
		used := 0
		for range 2*len(in) + 2 {
			a, errA := whole.Next()
			b, errB := pieces.Next()
			if errors.Is(errA, ErrBinary) || errors.Is(errB, ErrBinary) {
				return // this does depend on how much there is to look at
			}
			if fmt.Sprint(errA) != fmt.Sprint(errB) || !bytes.Equal(a.Raw, b.Raw) {
				t.Fatalf("%q: %q, %v; in pieces %q, %v", in, a.Raw, errA, b.Raw, errB)
			}
			if errA == nil {
				used += len(a.Raw)
				if _, err := Parse(a.Raw); err != nil {
					t.Fatalf("%q: %v", a.Raw, err)
				}
				continue
			}
			if !errors.As(errA, new(*SyntaxError)) {
				if whole.o.Format == Kmsg && used > len(in) {
					t.Fatalf("%d bytes of records from %d", used, len(in))
				}
				return
			}
		}
		t.Fatalf("%q: no end", in)
	})
}
