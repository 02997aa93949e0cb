package pid1

import (
	"slices"
	"strings"

	"netkmsg/internal/netconsole"
)

// inits are where the kernel looks for the first program (kernel_init in
// init/main.c), in an initramfs and then on the root.
var inits = []string{"/init", "/sbin/init", "/etc/init", "/bin/init", "/bin/sh"}

// Successors returns the commands that may take over from this one, best
// first. args are ours. The kernel hands on what stands behind -- on its
// command line and, in front of that, words that it does not know: the real
// init is the first argument that is a path. Self is never among them.
func Successors(args []string, self string) [][]string {
	var list [][]string
	if i := slices.IndexFunc(args[1:], func(s string) bool { return strings.HasPrefix(s, "/") }); i >= 0 {
		list = append(list, args[1+i:])
	}
	for _, path := range inits {
		list = append(list, []string{path})
	}
	return slices.DeleteFunc(list, func(c []string) bool { return c[0] == self || c[0] == args[0] })
}

// Is reports whether a process is to act as the first one of a boot. The kernel
// starts that with number 1 and without a PATH; one that an initramfs hands
// over to has a PATH, as a container's has, and differs from that in its
// namespace, or in being called init.
func Is(pid int, args []string, path, host bool) bool {
	if pid != 1 || len(args) == 0 {
		return false
	}
	name := args[0][strings.LastIndexByte(args[0], '/')+1:]
	return !path || host || name == "init"
}

// moduleParams returns what the kernel's command line says for the module in
// a file, as modprobe passes it on: a=1 b=2 for module.a=1 module.b=2, with
// dashes and underlines in the module's name alike.
func moduleParams(cmdline, path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	name, _, _ = strings.Cut(name, ".")
	var list []string
	for arg := range netconsole.Params(cmdline) {
		if module, param, ok := strings.Cut(arg, "."); ok && plain(module) == plain(name) {
			list = append(list, param)
		}
	}
	return strings.Join(list, " ")
}

func plain(module string) string { return strings.ReplaceAll(module, "-", "_") }
