package kmsg_test

import (
	"strings"
	"testing"
	"time"

	"netkmsg/kmsg"
)

func TestJoin(t *testing.T) {
	join := kmsg.CollectOptions{Join: true}
	for _, tt := range []struct {
		name    string
		in, out []string
		account []string
	}{
		{"continuation", []string{`0 6,1,1,-;one`, `1 6,2,2,c; two`, `2 6,3,3,c; three\n`, `3 6,4,4,-;b\n`, "53"},
			[]string{`1 "one two three", joined 2, of 3`, `4 "b"`}, []string{"Joined:2", "Delivered:4", "Received:4"}},
		{"old flag", []string{`0 6,1,1,c;one\n`, `1 6,2,2,+; two\n`, "51"}, []string{`1 "one two", joined 1, of 2`}, nil},
		{"other caller", []string{`0 6,1,1,-,caller=T1;one\n`, `1 6,2,2,c,caller=T2; two\n`, "60"}, []string{`1 "one"`, `2 " two"`}, []string{"Joined:0"}},
		{"same caller", []string{`0 6,1,1,-,caller=T1;one\n`, `1 6,2,2,c,caller=T1; two\n`, "60"}, []string{`1 "one two", joined 1, of 2`}, nil},
		{"gap", []string{`0 6,1,1,-;one\n`, `1 6,3,3,c; three\n`, "300", "350"}, []string{`1 "one"`, "-- 1 record missing: 2, lost or filtered by the sender --", `3 " three", lost 1`}, nil},
		{"filtered gap", []string{`0 6,1,1,-;one\n msgid=1\n`, `1 6,3,3,c; three\n msgid=2\n`, "300"}, []string{`1 "one"`, `3 " three"`}, nil},
		{"nothing comes", []string{`0 6,1,1,-;one\n`, "49", "49 bob x\\n", "50", "51 bob y\\n"}, []string{`bob: "x"`, `1 "one"`, `bob: "y"`}, nil},
		{"too late", []string{`0 6,1,1,-;one\n`, `60 6,2,2,c; two\n`, "120"}, []string{`1 "one"`, `2 " two"`}, nil},
		{"urgent", []string{`0 0,1,1,-;panic\n`, `1 0,2,2,c; two\n`}, []string{`1 "panic"`, `2 " two"`}, nil},
		{"reordered", []string{`0 6,1,1,-;one\n`, `1 6,3,3,c; three\n`, `2 6,2,2,c; two\n`, "60"}, []string{`1 "one two three", joined 2, of 3`}, nil},
		{"basic between", []string{`0 6,1,1,-;one\n`, `1 x\n`, `2 6,2,2,c; two\n`, "60"}, []string{`1 "one"`, `"x"`, `2 " two"`}, nil},
		{"late is not joined", []string{`0 6,1,1,-;one\n`, `1 6,3,3,-;c\n`, "300", `301 6,2,2,c;b\n`, `302 6,4,4,c;d\n`, "400"},
			[]string{`1 "one"`, "-- 1 record missing: 2, lost or filtered by the sender --", `3 "c", lost 1`, `2 "b", late`, `4 "d"`}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, join)
			s.at(tt.in...)
			s.want(tt.out...)
			s.end(tt.account...)
		})
	}
	t.Run("all of the first stays", func(t *testing.T) {
		var got []message
		c := kmsg.NewCollector(kmsg.CollectOptions{Join: true, Deliver: func(m *kmsg.Message) { got = append(got, keep(m)) }})
		now := time.Unix(1e9, 0)
		buf := []byte("7.3,6,1,1,-,caller=T1,x=y;one\n SUBSYSTEM=pci\n a=b\nc\n cpu=1\n")
		c.Receive(now, alice, buf)
		copy(buf, strings.Repeat("#", len(buf)))
		c.Receive(now, alice, []byte("7.3,6,2,2,c,caller=T1;two\n SUBSYSTEM=usb\n a=b\n"))
		c.Flush()
		if len(got) != 1 {
			t.Fatal(got)
		}
		m := got[0]
		if string(m.Release) != "7.3" || string(m.Fields) != "caller=T1,x=y" || m.text != "onetwo" || string(m.Dict) != " SUBSYSTEM=pci\n" ||
			len(m.userdata) != 1 || m.userdata[0].Value != "b\nc" || len(m.sysdata) != 1 || string(m.Raw) != "6,1,1,-,caller=T1,x=y;one\n SUBSYSTEM=pci\n6,2,2,c,caller=T1;two\n SUBSYSTEM=usb\n" {
			t.Errorf("%+v %q", m, m.Raw)
		}
	})
}
