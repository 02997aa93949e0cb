package send

import "netkmsg/internal/netconsole"

// Targets parses CONFIG as the sender does: the words of the command line, or
// without any what the kernel's own has. The error is one of usage.
func Targets(config []string) ([]netconsole.Target, error) {
	return (&Options{Config: config}).targets()
}
