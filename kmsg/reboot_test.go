package kmsg_test

import (
	"fmt"
	"testing"

	"netkmsg/kmsg"
)

func TestReboot(t *testing.T) {
	for _, tt := range []struct {
		name    string
		in      []string
		out     []string
		account []string
	}{
		{"number and time fall",
			[]string{"0 6,700,50000000,-;a\\n", "5000 6,0,0,-;b\\n", "5001 6,1,10,-;c\\n"},
			[]string{`700 "a"`, "-- the host rebooted, or sent its log again: record 700 at 50.000000 s was followed by 0 at 0.000000 s --", `0 "b"`, `1 "c"`}, []string{"Range:3", "Received:3", "Reboots:1", "Missing:0"}},
		{"one record, then silence",
			[]string{"0 6,700,50000000,-;a\\n", "5000 6,0,0,-;b\\n", "5199", "5199 bob x\\n", "5200"},
			[]string{`700 "a"`, `bob: "x"`, "-- the host rebooted, or sent its log again: record 700 at 50.000000 s was followed by 0 at 0.000000 s --", `0 "b"`}, []string{"Reboots:1"}},
		{"at once, at the same numbers",
			[]string{"0 6,600,45000000,-;a\\n", "1 6,601,45000100,-;b\\n", "2 6,600,44900000,-;A\\n", "3 6,601,44900200,-;B\\n", "4 6,602,44900300,-;C\\n"},
			[]string{`600 "a"`, `601 "b"`, "-- the host rebooted, or sent its log again: record 601 at 45.000100 s was followed by 600 at 44.900000 s --", `600 "A"`, `601 "B"`, `602 "C"`},
			[]string{"Duplicate:0", "Reboots:1"}},
		{"at once, at the next number",
			[]string{"0 6,600,45000000,-;a\\n", "1 6,601,30000000,-;A\\n", "2 6,602,30000100,-;B\\n"},
			[]string{`600 "a"`, "-- the host rebooted, or sent its log again: record 600 at 45.000000 s was followed by 601 at 30.000000 s --", `601 "A"`, `602 "B"`}, []string{"Reboots:1"}},
		{"at a number ahead",
			[]string{"0 6,600,45000000,-;a\\n", "1 6,650,30000000,-;A\\n", "2 6,651,30000100,-;B\\n"},
			[]string{`600 "a"`, "-- the host rebooted, or sent its log again: record 600 at 45.000000 s was followed by 650 at 30.000000 s --", `650 "A"`, `651 "B"`}, []string{"Missing:0"}},
		{"release changes",
			[]string{"0 6.1,6,600,45000000,-;a\\n", "1 7.3,6,601,45000100,-;A\\n", "2 7.3,6,602,45000200,-;B\\n", "3 7.3,6,603,45000300,-;C\\n"},
			[]string{`600 "a"`, "-- the host rebooted: record 600 at 45.000000 s was followed by 601 at 45.000100 s, kernel 7.3 --", `601 "A"`, `602 "B"`, `603 "C"`}, []string{"Reboots:1"}},
		{"release prefix switched on is no change",
			[]string{"0 6,600,45000000,-;a\\n", "1 7.3,6,601,45000100,-;b\\n", "2 6,602,45000200,-;c\\n"},
			[]string{`600 "a"`, `601 "b"`, `602 "c"`}, []string{"Reboots:0"}},
		{"what waited comes first",
			[]string{"0 6,600,45000000,-;a\\n", "1 6,602,45000100,-;b\\n", "2 6,603,45000100,-,ncfrag=0/6;c", "100 6,0,0,-;A\\n", "101 6,1,1,-;B\\n"},
			[]string{`600 "a"`, "-- 1 record missing: 601, lost or filtered by the sender --", `602 "b", lost 1`, "-- incomplete record 603: bytes 1–5 of 6 missing --",
				`603 "c[-- 5 bytes missing: 1-5 --]", holes [{1 6}]`, "-- the host rebooted, or sent its log again: record 603 at 45.000100 s was followed by 0 at 0.000000 s --", `0 "A"`, `1 "B"`}, nil},
		{"first records out of order",
			[]string{"0 6,600,45000000,-;a\\n", "1 6,1,100,-;B\\n", "2 6,0,0,-;A\\n", "3 6,2,200,-;C\\n"},
			[]string{`600 "a"`, "-- the host rebooted, or sent its log again: record 600 at 45.000000 s was followed by 0 at 0.000000 s --", `0 "A"`, `1 "B"`, `2 "C"`}, nil},
		{"first record in fragments",
			[]string{"0 6,600,45000000,-;a\\n", "1 6,0,0,-,ncfrag=0/4;AA", "2 6,0,0,-,ncfrag=2/4;B\\n", "3 6,1,5,-;C\\n"},
			[]string{`600 "a"`, "-- the host rebooted, or sent its log again: record 600 at 45.000000 s was followed by 0 at 0.000000 s --", `0 "AAB", of 2`, `1 "C"`}, nil},
		{"twice, soon",
			[]string{"0 6,600,45000000,-;a\\n", "1 6,0,0,-;A\\n", "2 6,1,1,-;B\\n", "3 6,0,2000000,-;1\\n", "4 6,1,2000001,-;2\\n", "5 6,2,2000002,-;3\\n"},
			[]string{`600 "a"`, "-- the host rebooted, or sent its log again: record 600 at 45.000000 s was followed by 0 at 0.000000 s --", `0 "A"`, `1 "B"`,
				"-- the host rebooted, or sent its log again: record 1 at 0.000001 s was followed by 0 at 2.000000 s --", `0 "1"`, `1 "2"`, `2 "3"`}, []string{"Reboots:2"}},
		{"loss mark first",
			[]string{"0 6,600,45000000,-;a\\n", `1 44,4,5,-;x\n NETKMSG_LOST=0-4\n NETKMSG_COUNT=5\n`, "2 6,5,5,-;A\\n"},
			[]string{`600 "a"`, "-- the host rebooted, or sent its log again: record 600 at 45.000000 s was followed by 4 at 0.000005 s --", "-- the sender lost 5 records: 0–4 --", `5 "A"`}, []string{"Range:7", "Reported:5"}},
		{"no reboot: from long ago",
			[]string{"0 6,1000,50000000,-;a\\n", "1 6,500,20000000,-;old\\n", "2 6,1001,50000001,-;b\\n"},
			[]string{`1000 "a"`, `500 "old", late`, `1001 "b"`}, []string{"Reboots:0", "Extra:1", "Late:1"}},
		{"no reboot: a gap's record from long ago",
			[]string{"0 6,10,10000000,-;a\\n", "1 6,12,50000000,-;b\\n", "300", "9000 6,11,20000000,-;old\\n", "9001 6,13,50000001,-;c\\n"},
			[]string{`10 "a"`, "-- 1 record missing: 11, lost or filtered by the sender --", `12 "b", lost 1`, `11 "old", late`, `13 "c"`}, []string{"Reboots:0", "Missing:0", "Received:4"}},
		{"no reboot: a processor's clock behind",
			[]string{"0 6,10,50000000,-;a\\n", "1 6,11,48000000,-;b\\n", "2 6,12,50000001,-;c\\n"},
			[]string{`10 "a"`, `11 "b"`, `12 "c"`}, []string{"Reboots:0", "Late:0"}},
		{"no reboot: small disorder of clocks",
			[]string{"0 6,10,50000000,-;a\\n", "1 6,11,49500000,-;b\\n", "2 6,12,50000001,-;c\\n"},
			[]string{`10 "a"`, `11 "b"`, `12 "c"`}, []string{"Reboots:0"}},
		{"a forged number is got over",
			[]string{"0 6,10,50000000,-;a\\n", "1 6,999999999,50000001,-;forged\\n", "300", "301 6,11,50300000,-;b\\n", "302 6,12,50301000,-;c\\n", "303 6,13,50302000,-;d\\n"},
			[]string{`10 "a"`, "-- 999999988 records missing: 11–999999998, lost or filtered by the sender --", `999999999 "forged", lost 999999988`,
				"-- the host rebooted, or sent its log again: record 999999999 at 50.000001 s was followed by 11 at 50.300000 s --", `11 "b"`, `12 "c"`, `13 "d"`}, nil},
		{"short, at once, far below",
			[]string{"0 6,600,2000000,-;a\n", "1 6,0,0,-;0\n", "2 6,1,1,-;1\n", "3 6,2,2,-;2\n", "4 6,3,3,-;3\n", "5 6,4,4,-;4\n", "6 6,5,5,-;5\n", "7 6,6,6,-;6\n", "8 6,7,7,-;7\n"},
			[]string{`600 "a"`, "-- the host rebooted, or sent its log again: record 600 at 2.000000 s was followed by 0 at 0.000000 s --", `0 "0"`, `1 "1"`, `2 "2"`, `3 "3"`, `4 "4"`, `5 "5"`, `6 "6"`, `7 "7"`}, []string{"Reboots:1"}},
		{"late parts come first",
			[]string{"0 6,600,45000000,-;a\n", "1 6,602,45000100,-;b\n", "300", "301 6,601,45000050,-,ncfrag=0/6;c", "302 6,0,0,-;A\n", "303 6,1,1,-;B\n"},
			[]string{`600 "a"`, "-- 1 record missing: 601, lost or filtered by the sender --", `602 "b", lost 1`, "-- incomplete record 601: bytes 1–5 of 6 missing --",
				`601 "c[-- 5 bytes missing: 1-5 --]", late, holes [{1 6}]`, "-- the host rebooted, or sent its log again: record 602 at 45.000100 s was followed by 0 at 0.000000 s --", `0 "A"`, `1 "B"`}, nil},
		{"no reboot: two records of one number",
			[]string{"0 6,600,45000000,-;a\n", "1 6,600,44999999,-;A\n", "2 6,601,45000001,-;b\n", "3 6,600,45000000,-;a\n", "4 6,602,45000002,-;c\n"},
			[]string{`600 "a"`, `600 "A", late`, `601 "b"`, `602 "c"`}, []string{"Duplicate:1", "Extra:1"}},
		{"no reboot: strays",
			[]string{"0 6,600,2000000,-;a\n", "1 6,400,1800000,-;x\n", "2 6,401,1800001,-;y\n", "3 6,601,2000001,-;b\n", "4 6,402,1800002,-;z\n", "203", "204"},
			[]string{`600 "a"`, `400 "x", late`, `401 "y", late`, `601 "b"`, `402 "z", late`}, []string{"Reboots:0", "Extra:3", "Late:3"}},
		{"no reboot: strays after an acquittal",
			[]string{"0 6,600,5000000,-;a\n", "1 6,300,1000000,-;x\n", "2 6,601,5000001,-;b\n", "3 6,400,4800000,-;y\n", "4 6,401,4800001,-;z\n", "5 6,602,5000002,-;c\n"},
			[]string{`600 "a"`, `300 "x", late`, `601 "b"`, `400 "y", late`, `401 "z", late`, `602 "c"`}, []string{"Reboots:0"}},
		{"one reboot, then strays",
			[]string{"0 6,600,9000000,-;a\n", "1 6,0,1000000,-;A\n", "2 6,1,1000001,-;B\n", "3 6,500,1500000,-;C\n", "300", "301 6,300,1300000,-;y\n", "302 6,301,1300001,-;z\n", "303 6,501,1500001,-;D\n"},
			[]string{`600 "a"`, "-- the host rebooted, or sent its log again: record 600 at 9.000000 s was followed by 0 at 1.000000 s --", `0 "A"`, `1 "B"`,
				"-- 498 records missing: 2–499, lost or filtered by the sender --", `500 "C", lost 498`, `300 "y", late`, `301 "z", late`, `501 "D"`}, []string{"Reboots:1"}},
		{"both formats: told once",
			[]string{`0 [   45.000000] a\n`, `0 6,600,45000000,-;a\n`, `1 [    0.000000] A\n`, `1 6,0,0,-;A\n`, `2 6,1,1,-;B\n`},
			[]string{`"a"`, `600 "a"`, `"A"`, "-- the host rebooted, or sent its log again: record 600 at 45.000000 s was followed by 0 at 0.000000 s --", `0 "A"`, `1 "B"`}, []string{"Reboots:1"}},
		{"basic",
			[]string{`0 [   45.000000] a\n`, `1 [   44.000000] b\n`, `2 [    0.000000] c\n`, `3 [    0.000001] d\n`},
			[]string{`"a"`, `"b"`, "-- the host rebooted, or sent its log again: 45.000000 s was followed by 0.000000 s --", `"c"`, `"d"`}, []string{"Reboots:1", "Basic:4"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := play(t, kmsg.CollectOptions{})
			s.at(tt.in...)
			s.want(tt.out...)
			s.end(tt.account...)
		})
	}
}

// A whole new boot at once after the old one, longer than the history, with the
// numbers of the old one.
func TestRebootLong(t *testing.T) {
	s := play(t, kmsg.CollectOptions{})
	var want []string
	for boot := range 3 {
		for i := range 500 {
			s.at(fmt.Sprintf("%d 6,%d,%d,-;%d\\n", boot*500+i, i, 10_000_000+i*1000+boot*17, boot))
			if boot > 0 && i == 1 {
				want = append(want, fmt.Sprintf("-- the host rebooted, or sent its log again: record 499 at %d.%06d s was followed by 0 at 10.%06d s --", 10, 499_000+(boot-1)*17, boot*17))
				want = append(want, fmt.Sprintf("0 %q", fmt.Sprint(boot)))
			}
			if boot == 0 || i > 0 {
				want = append(want, fmt.Sprintf("%d %q", i, fmt.Sprint(boot)))
			}
		}
	}
	s.want(want...)
	s.end("Duplicate:0", "Reboots:2", "Range:1500", "Received:1500", "Missing:0")
}
