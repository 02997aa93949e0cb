package lastcrash

import (
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSource(t *testing.T) {
	crashes := []Crash{
		{Origin: "pstore dmesg-ramoops-0", Reason: "Panic", Time: at, Text: []byte("<6>[    1.500000] one\n<0>[    2.000000][    T7] two; \xff\n")},
		{Origin: "kdump 1/dmesg.1", Time: at, Text: []byte("[    3.000000] three\n")},
	}
	for _, c := range []struct {
		inText bool
		want   []string
	}{
		{false, []string{
			"44,0,0,-;netkmsg: log of the previous kernel (panic, 2026-11-25 03:12:00Z) follows\n NETKMSG_ORIGIN=pstore dmesg-ramoops-0\n",
			"6,1,1500000,-;one\n NETKMSG_ORIGIN=pstore dmesg-ramoops-0\n",
			"0,2,2000000,-,caller=T7;two; \\xff\n NETKMSG_ORIGIN=pstore dmesg-ramoops-0\n",
			"44,3,0,-;netkmsg: log of the previous kernel (crash, 2026-11-25 03:12:00Z) follows\n NETKMSG_ORIGIN=kdump 1/dmesg.1\n",
			"4,4,3000000,-;three\n NETKMSG_ORIGIN=kdump 1/dmesg.1\n",
		}},
		{true, []string{
			"44,0,0,-;pstore dmesg-ramoops-0: netkmsg: log of the previous kernel (panic, 2026-11-25 03:12:00Z) follows\n NETKMSG_ORIGIN=pstore dmesg-ramoops-0\n",
			"6,1,1500000,-;pstore dmesg-ramoops-0: one\n NETKMSG_ORIGIN=pstore dmesg-ramoops-0\n",
			"0,2,2000000,-,caller=T7;pstore dmesg-ramoops-0: two; \\xff\n NETKMSG_ORIGIN=pstore dmesg-ramoops-0\n",
			"44,3,0,-;kdump 1/dmesg.1: netkmsg: log of the previous kernel (crash, 2026-11-25 03:12:00Z) follows\n NETKMSG_ORIGIN=kdump 1/dmesg.1\n",
			"4,4,3000000,-;kdump 1/dmesg.1: three\n NETKMSG_ORIGIN=kdump 1/dmesg.1\n",
		}},
	} {
		s := NewSource(crashes, c.inText)
		var got []string
		for {
			r, err := s.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(r.Raw))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Error(d)
		}
	}
}
