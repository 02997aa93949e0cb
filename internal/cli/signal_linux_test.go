package cli_test

import (
	"strings"
	"syscall"
	"testing"

	"netkmsg/frame/frametest"
)

// stop asks the command to end, as systemd or a user does.
func (c *command) stop(s syscall.Signal) {
	c.t.Helper()
	if err := c.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
}

// TestStop stops a command whose log goes on. All that was in the pipe by then
// gets out.
func TestStop(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(s.String(), func(t *testing.T) {
			f := startFed(t, frametest.NewPair(t))
			f.more(100)
			f.stop(s)
			f.ends(0)
			a := f.account("cmdline0")
			f.arrives(100)
			conserved(t, 100, f.arrived, a)
		})
	}
}

// TestStopNoCarrier stops a command that waits for its device. What the log
// still has is read, and counted as dropped.
func TestStopNoCarrier(t *testing.T) {
	f := startFed(t, frametest.NewPair(t), "--carrier-timeout", "1h")
	f.more(10)
	f.arrives(10)
	f.p.B.SetDown()
	f.more(10)
	f.says(stopped)
	f.more(10)
	f.stop(syscall.SIGTERM)
	f.ends(1)
	conserved(t, 30, f.arrived, f.account("cmdline0"))
}

// TestStopSetUp stops a command before it has a way out.
func TestStopSetUp(t *testing.T) {
	down := frametest.Device{Down: true}
	tests := []struct{ name, flag, config, says, want string }{
		{"no device", "--wait", "@fe80::a/eth7,@fe80::b/", "waiting for the device to appear",
			"netkmsg: cmdline0: open eth7: wait for a link: told to stop\n"},
		{"no carrier", "--carrier-timeout=1h", toB, "waiting for the carrier",
			"netkmsg: cmdline0: open eth0: wait for a link: told to stop\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := frametest.NewPair(t, frametest.A(down), frametest.B(down))
			c := netkmsg(t, p.A, tt.flag, "--from", file(t, records(0, 10)), tt.config).start()
			c.says(tt.says)
			c.stop(syscall.SIGTERM)
			c.ends(1)
			if a := c.account("cmdline0"); a.Read != 0 {
				t.Errorf("%+v, want nothing read", a)
			}
			if !strings.HasSuffix(c.diag.String(), "\n"+tt.want) {
				t.Errorf("%s\nwant %s", c.diag, tt.want)
			}
		})
	}
}

// TestStopEndless stops a command whose input never ends.
func TestStopEndless(t *testing.T) {
	for _, target := range []string{toB, toB + ";@fe80::a/eth0,@fe80::c/"} {
		p := frametest.NewPair(t)
		c := netkmsg(t, p.A, "--from", "-", target)
		w := c.feed()
		c.start()
		go func() {
			for n := 0; ; n += 100 {
				if _, err := w.WriteString(records(n, n+100)); err != nil {
					return
				}
			}
		}()
		c.says(started)
		c.stop(syscall.SIGTERM)
		c.ends(either)
		a := c.diag.accounts("cmdline0", "account")
		if len(a) != 1 || a[0].Read == 0 || a[0].Read != a[0].Sent+a[0].Dropped+a[0].InFlight {
			t.Errorf("%+v", a)
		}
	}
}

// TestStopEndlessLine has an input without any end of line, which is not kept
// in memory.
func TestStopEndlessLine(t *testing.T) {
	p := frametest.NewPair(t)
	c := netkmsg(t, p.A, "--from", "-", toB)
	w := c.feed()
	c.start()
	write(t, w, records(0, 3))
	go func() {
		for line := strings.Repeat("x", 1<<16); ; {
			if _, err := w.WriteString(line); err != nil {
				return
			}
		}
	}()
	c.says("malformed record skipped")
	c.stop(syscall.SIGTERM)
	c.ends(1)
	if a := c.account("cmdline0"); a.Sent != 3 || a.Lost != 1 {
		t.Errorf("%+v, want 3 sent, 1 lost", a)
	}
}

// TestEndlessBinary ends by itself.
func TestEndlessBinary(t *testing.T) {
	status, _, diag := run("", "send", "--no-wire", "--pcap", "-", "--from", "/dev/zero", "--source-mac", "02:00:00:00:00:01", "@fe80::a/eth0,@fe80::b/")
	const want = "\nnetkmsg: cmdline0: read /dev/zero: neither /dev/kmsg records nor text: the input looks binary (uncompress it, or force a format)\n"
	if status != 1 || !strings.HasSuffix(diag, want) {
		t.Errorf("exit status %d\n%s", status, diag)
	}
}

// TestStats prints the account over and over.
func TestStats(t *testing.T) {
	f := startFed(t, frametest.NewPair(t), "--stats", "5ms")
	f.saysTimes(`"msg":"account so far"`, 2)
	f.more(10)
	f.says(`"read":10,"filtered":0,"sent":10,"dropped":0,"lost":0,"frames":10`)
	f.end(0)
}
