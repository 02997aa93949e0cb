package lastcrash

import "strings"

// A name is that of a file in pstore: TYPE-BACKEND-ID, with .enc.z behind it
// where the kernel could not undo its own compression (fs/pstore/inode.c).
type name struct {
	full       string
	kind       string // dmesg, console, pmsg, ftrace, mce, …
	backend    string // ramoops, efi_pstore, efi, erst, nvram, pstore_blk, …
	id         string
	compressed bool
}

func parseName(s string) (name, bool) {
	n := name{full: s}
	s, n.compressed = strings.CutSuffix(s, ".enc.z")
	kind, rest, ok := strings.Cut(s, "-")
	i := strings.LastIndexByte(rest, '-')
	if !ok || i < 1 || i == len(rest)-1 || kind == "" {
		return name{}, false
	}
	n.kind, n.backend, n.id = kind, rest[:i], rest[i+1:]
	return n, strings.Trim(n.id, "0123456789") == ""
}

// dump returns what the numbers of the parts of one dump have in common. EFI
// variables are numbered by time, part and count: (time*100+part)*1000+count
// (generic_id in drivers/firmware/efi/efi-pstore.c).
func (n name) dump() string {
	if strings.HasPrefix(n.backend, "efi") && len(n.id) > 5 {
		return n.id[:len(n.id)-5] + n.id[len(n.id)-3:]
	}
	return ""
}
