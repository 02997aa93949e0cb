package doctor

import "fmt"

// defaultLevel is the kernel's console level by default: all but debug messages (CONFIG_CONSOLE_LOGLEVEL_DEFAULT).
const defaultLevel = 7

// log looks at which records are sent.
func (f *findings) log() {
	if l := f.Host.ConsoleLevel; l > 0 && l < defaultLevel && !f.Host.IgnoreLogLevel {
		f.add(Note, "loglevel", fmt.Sprintf("the kernel's console level is %d", l),
			fmt.Sprintf("The kernel's netconsole, and netkmsg send --loglevel console, leave out records of level %d and above. netkmsg sends all unless told otherwise.", l),
			"dmesg -n 8")
	}
	f.add(Note, "firewall", fmt.Sprintf("a firewall on the receiver must let UDP port %d in", f.Target.RemotePort),
		"This host's own does not matter: netconsole's frames go past it.",
		fmt.Sprintf("netkmsg firewall '%s' --side destination --format nft", f.Target))
}
