package output

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"netkmsg/kmsg"
)

func journalNames(a netip.AddrPort) string {
	if a.Port() == 7 {
		return "db1.lan"
	}
	return ""
}

func TestJournalForm(t *testing.T) {
	f := journalForm{name: journalNames}
	host := netip.MustParseAddrPort("10.0.0.5:7")
	full := fullMessage()
	full.UserdataRaw = []byte(" site=a\n two words=x\n " + strings.Repeat("n", 50) + "=long\n raw=1\n2\n")
	tests := []struct {
		name  string
		entry []byte
		want  []string
	}{
		{"full", f.appendMessage(nil, full), []string{
			"MESSAGE=disk ü \"full\"\nor so", "PRIORITY=6", "SYSLOG_FACILITY=3", "SYSLOG_IDENTIFIER=kernel",
			"NETKMSG_HOST=fe80::1%eth0", "NETKMSG_PORT=6665", "NETKMSG_TIME=2026-11-23T10:11:12.123456789Z",
			"NETKMSG_SEQ=417", "NETKMSG_FLAG=c", "NETKMSG_USEC=12345678", "NETKMSG_CALLER=T1", "NETKMSG_RELEASE=6.12.1",
			"NETKMSG_HOLES=5-8,20-", "NETKMSG_LOST=3", "NETKMSG_JOINED=2", "NETKMSG_LATE=1", "NETKMSG_REPLAYED=1",
			"KERNEL_SUBSYSTEM=pci", "KERNEL_DEVICE=+pci:\\]",
			"NETKMSG_USERDATA_SITE=a", "NETKMSG_USERDATA=two words=x", "NETKMSG_USERDATA=" + strings.Repeat("n", 50) + "=long",
			"NETKMSG_USERDATA_RAW=1\n2", "NETKMSG_SYSDATA_CPU=2",
		}},
		{"basic", f.appendMessage(nil, &kmsg.Message{Record: kmsg.Record{Priority: 4, Text: []byte("\xff=\x00")}, Basic: true, HasTime: true, Host: host}), []string{
			"MESSAGE=\xff=\x00", "PRIORITY=4", "SYSLOG_FACILITY=0", "SYSLOG_IDENTIFIER=kernel",
			"NETKMSG_HOST=10.0.0.5", "NETKMSG_PORT=7", "NETKMSG_NAME=db1.lan", "NETKMSG_USEC=0",
		}},
		{"malformed", f.appendMessage(nil, &kmsg.Message{Record: kmsg.Record{Raw: []byte("6,1\n")}, Malformed: "why"}), []string{
			"MESSAGE=6,1\n", "PRIORITY=0", "SYSLOG_FACILITY=0", "SYSLOG_IDENTIFIER=kernel", "NETKMSG_MALFORMED=why",
		}},
		{"gap", f.appendNotice(nil, &kmsg.Notice{Kind: kmsg.NoticeGap, Host: host, First: 1, Last: 2, Count: 2}), []string{
			"MESSAGE=-- 2 records missing: 1–2, lost or filtered by the sender --", "PRIORITY=4", "SYSLOG_FACILITY=5", "SYSLOG_IDENTIFIER=netkmsg",
			"NETKMSG_HOST=10.0.0.5", "NETKMSG_PORT=7", "NETKMSG_NAME=db1.lan", "NETKMSG_NOTICE=gap", "NETKMSG_FIRST=1", "NETKMSG_LAST=2", "NETKMSG_COUNT=2",
		}},
		{"suppressed", f.appendNotice(nil, &kmsg.Notice{Kind: kmsg.NoticeSuppressed, First: 1, Count: 2}), []string{
			"MESSAGE=-- 2 notices suppressed --", "PRIORITY=5", "SYSLOG_FACILITY=5", "SYSLOG_IDENTIFIER=netkmsg", "NETKMSG_NOTICE=suppressed", "NETKMSG_COUNT=2",
		}},
		{"shed", f.appendShed(nil, 9), []string{
			"MESSAGE=-- 9 records and notices lost here: what takes them does not keep up --", "PRIORITY=4", "SYSLOG_FACILITY=5", "SYSLOG_IDENTIFIER=netkmsg",
			"NETKMSG_NOTICE=shed", "NETKMSG_COUNT=9",
		}},
	}
	for _, tt := range tests {
		got, err := parseJournal(tt.entry)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v\n got %q\nwant %q", tt.name, err, got, tt.want)
		}
	}
}

func TestJournalField(t *testing.T) {
	for value, want := range map[string]string{
		"":      "A=\n",
		"x=y ü": "A=x=y ü\n",
		"a\nb":  "A\n\x03\x00\x00\x00\x00\x00\x00\x00a\nb\n",
		"\x00":  "A\n\x01\x00\x00\x00\x00\x00\x00\x00\x00\n",
		"\xff":  "A=\xff\n",
	} {
		if got := string(field(nil, "A", []byte(value))); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

// Whatever a sender sends: the entry has only fields that journald takes, none
// but the expected number, and the text byte for byte.
func FuzzJournal(f *testing.F) {
	f.Add([]byte("text"), []byte(" a=b\n"), "x")
	f.Add([]byte("MESSAGE=\n\nPRIORITY=0\n"), []byte(" _UID=0\n \xff=\n=\n"), "a\nPRIORITY=0")
	f.Fuzz(func(t *testing.T, text, user []byte, name string) {
		m := &kmsg.Message{Record: kmsg.Record{Priority: 6, Raw: text, Text: text}, Basic: true, UserdataRaw: user, Host: netip.MustParseAddrPort("10.0.0.5:1")}
		form := journalForm{name: func(netip.AddrPort) string { return name }}
		fields, err := parseJournal(form.appendMessage(nil, m))
		if err != nil {
			t.Fatal(err)
		}
		want := 6 // message, priority, facility, identifier, host, port
		if name != "" {
			want++
		}
		for range m.Userdata() {
			want++
		}
		if len(fields) != want || fields[0] != "MESSAGE="+string(m.AppendText(nil)) || fields[1] != "PRIORITY=6" {
			t.Errorf("%d fields, want %d: %q", len(fields), want, fields)
		}
	})
}
