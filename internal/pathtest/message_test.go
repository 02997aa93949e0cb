package pathtest

import (
	"strings"
	"testing"
)

var nonce = Nonce{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}

const digits = "000102030405060708090a0b0c0d0eff"

func TestFindTest(t *testing.T) {
	want := Test{nonce, 3, 20}
	if got := want.Text(); got != "netkmsg test 3 of 20, nonce "+digits {
		t.Fatal(got)
	}
	for _, s := range []string{"%", "[    1.5] %\n", "46,3,100,-;%\n", "6.1,46,3,100,-;%\n SUBSYSTEM=x\n", "<14>[ 1.0][ T1] %\n",
		"** 3 printk messages dropped **\n[ 1.0] %"} {
		if got, ok := FindTest([]byte(strings.ReplaceAll(s, "%", want.Text()))); !ok || got != want {
			t.Errorf("%q: %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{
		"", "netkmsg test ", "netkmsg test 3 of 20, nonce ", "netkmsg test 3 of 20, nonce 0001",
		"netkmsg test 03 of 20, nonce " + digits, "netkmsg test 21 of 20, nonce " + digits,
		"netkmsg test 0 of 0, nonce " + digits, "netkmsg test -1 of 20, nonce " + digits,
		"netkmsg test 1 of 4097, nonce " + digits, "netkmsg test 99999999999999999999 of 3, nonce " + digits,
		"netkmsg test 3 of 20, nonce " + strings.ToUpper(digits), "netkmsg test 3 of 20, nonce " + digits + "0",
		"netkmsg saw 3, in all 3: " + digits,
	} {
		if got, ok := FindTest([]byte(s)); ok {
			t.Errorf("%q is %v", s, got)
		}
	}
}

func TestDirect(t *testing.T) {
	text := Test{nonce, 3, 20}.Text() + "\n"
	for payload, want := range map[string]string{
		"46,3,100,-;" + text: text, "6.1,46,3,100,-;" + text: text,
		"14,3,100,-;" + text: "", text: "", "[ 1.0] " + text: "", "46,3,100,-;other\n": "",
	} {
		got, ok := Direct([]byte(payload))
		if ok != (want != "") || ok && string(got) != want {
			t.Errorf("%q: %q, %v", payload, got, ok)
		}
	}
}

func TestParseSeen(t *testing.T) {
	want := Seen{nonce, 3, 17}
	if got, ok := ParseSeen([]byte(want.Text())); !ok || got != want {
		t.Errorf("%v, %v", got, ok)
	}
	for _, s := range []string{"", "netkmsg saw", "x" + want.Text(), want.Text() + "\n", Test{nonce, 3, 20}.Text()} {
		if _, ok := ParseSeen([]byte(s)); ok {
			t.Errorf("%q", s)
		}
	}
}

// FuzzMessages: what is read is what would be written, and an answer is never
// longer than what it answers, nor is it answered itself.
func FuzzMessages(f *testing.F) {
	f.Add([]byte(Test{nonce, 3, 20}.Text()))
	f.Add([]byte("46,3,100,-;" + Test{nonce, 4096, 4096}.Text() + "\n"))
	f.Add([]byte(Seen{nonce, 3, 17}.Text()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if x, ok := FindTest(b); ok {
			if !strings.Contains(string(b), x.Text()) {
				t.Fatalf("%q is not in %q", x.Text(), b)
			}
			answer := []byte(Seen{x.Nonce, x.N, x.Count}.Text())
			if len(answer) > len(b) {
				t.Fatalf("%q answers %q", answer, b)
			}
			if _, ok := FindTest(answer); ok {
				t.Fatalf("%q would be answered", answer)
			}
		}
		if s, ok := ParseSeen(b); ok && s.Text() != string(b) {
			t.Fatalf("%q is not %q", s.Text(), b)
		}
	})
}
