package netconsole

import (
	"slices"
	"strings"
	"syscall"

	"netkmsg/kmsg"
)

// Userdata are the keys that were made in a target's userdata directory, in that order, and their values. The zero value
// has none. Limits and errors are those of Linux 7.3.4 (corpus cases ud-items, ud-value-length, ud-live).
type Userdata struct {
	list []kmsg.Userdata // never changed in place: a sender may hold it
}

// UserdataOf returns the keys and values that Lines gave. The slice is not to be changed later.
func UserdataOf(lines []kmsg.Userdata) Userdata { return Userdata{lines} }

// Lines returns the keys with their values. Nothing changes the slice later.
func (u *Userdata) Lines() []kmsg.Userdata { return u.list }

// Keys returns the keys.
func (u *Userdata) Keys() []string {
	keys := make([]string, len(u.list))
	for i, l := range u.list {
		keys[i] = l.Key
	}
	return keys
}

// Len is the number of keys.
func (u *Userdata) Len() int { return len(u.list) }

// Has reports whether the key was made.
func (u *Userdata) Has(key string) bool { return u.index(key) >= 0 }

func (u *Userdata) index(key string) int {
	return slices.IndexFunc(u.list, func(l kmsg.Userdata) bool { return l.Key == key })
}

// Make is mkdir(2) of a key: EEXIST if it is there or has the name of a file, ENAMETOOLONG, ENOSPC.
func (u *Userdata) Make(key string) error {
	switch _, isFile := (&Features{}).Show(key); {
	case key == "" || key == "." || key == ".." || strings.ContainsAny(key, "/\x00"):
		return deny(syscall.EINVAL, "")
	case isFile, u.Has(key):
		return deny(syscall.EEXIST, "")
	case len(key) > kmsg.UserdataKeyMax:
		return deny(syscall.ENAMETOOLONG, "")
	case len(u.list) == kmsg.UserdataKeys:
		return deny(syscall.ENOSPC, "")
	}
	u.list = append(slices.Clip(u.list), kmsg.Userdata{Key: key})
	return nil
}

// Remove is rmdir(2) of a key.
func (u *Userdata) Remove(key string) error {
	i := u.index(key)
	if i < 0 {
		return deny(syscall.ENOENT, "")
	}
	u.list = slices.Delete(slices.Clone(u.list), i, i+1)
	return nil
}

// Show returns the contents of a key's value.
func (u *Userdata) Show(key string) (string, bool) {
	i := u.index(key)
	if i < 0 {
		return "", false
	}
	return u.list[i].Value + "\n", true
}

// Store does what one write(2) of data to a key's value does. Refused, it changes nothing.
func (u *Userdata) Store(key string, data []byte) error {
	i := u.index(key)
	switch {
	case i < 0:
		return deny(syscall.ENOENT, "")
	case len(data) == 0:
		return deny(syscall.EFAULT, "")
	case len(data) > kmsg.UserdataValueMax:
		return deny(syscall.EMSGSIZE, "")
	}
	u.list = slices.Clone(u.list)
	u.list[i].Value = trimNewline(text(data))
	return nil
}
