package netconsole

import "testing"

func TestFromCmdline(t *testing.T) {
	for _, c := range []struct {
		cmdline, line string
		found         bool
	}{
		{"", "", false},
		{"\n", "", false},
		{"root=/dev/sda1 quiet", "", false},
		{"netconsole=@/,@fe80::2/", "@/,@fe80::2/", true},
		{"root=/dev/sda1 netconsole=@/,@fe80::2/ quiet\n", "@/,@fe80::2/", true},
		{"netconsole.netconsole=@/,@fe80::2/", "@/,@fe80::2/", true},
		{"netconsole=@/,@fe80::2/ netconsole.netconsole=@/,@fe80::3/", "@/,@fe80::3/", true},
		{"netconsole.netconsole=@/,@fe80::2/\tnetconsole=@/,@fe80::3/", "@/,@fe80::3/", true},
		{"netconsole=@/,@fe80::2/ netconsole=", "", true},
		{`netconsole="@/,@fe80::2/"`, "@/,@fe80::2/", true},
		{`netconsole="@/, @fe80::2/" quiet`, "@/, @fe80::2/", true},
		{`"netconsole=@/, @fe80::2/" quiet`, "@/, @fe80::2/", true},
		{`netconsole=@/eth" "0,@fe80::2/ quiet`, `@/eth" "0,@fe80::2/`, true},
		{`netconsole="@/,@fe80::2/ quiet`, "@/,@fe80::2/ quiet", true},
		{`append="a netconsole=@/,@fe80::2/ b"`, "", false},
		{"netconsole=@/,@fe80::2/ -- netconsole=@/,@fe80::3/", "@/,@fe80::2/", true},
		{"-- netconsole=@/,@fe80::3/", "", false},
		{"--=x netconsole=@/,@fe80::3/", "@/,@fe80::3/", true},
		{"netconsole netconsole.oops_only=1 xnetconsole=1 netconsole.netconsole.netconsole=2", "", false},
		{`"" netconsole=@/,@fe80::2/`, "@/,@fe80::2/", true},
		{"a=b=c netconsole=a=b", "a=b", true},
	} {
		line, found := FromCmdline(c.cmdline)
		if line != c.line || found != c.found {
			t.Errorf("%q: got %q, %v; want %q, %v", c.cmdline, line, found, c.line, c.found)
		}
	}
}
