package pathtest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"netkmsg/kmsg"
)

// A Kernel is the kernel's log as a test needs it.
type Kernel interface {
	// Write adds a record of facility user.
	Write(level int, text string) error
	// ReadBack returns how many records of a test are in the log.
	ReadBack(Nonce) (int, error)
}

// Kmsg is the log of this host's kernel. It sees what is written after Open.
type Kmsg struct {
	path string
	out  io.WriteCloser
	log  kmsg.Source
	end  func() // makes log end with what is there
}

// OpenKmsg opens the log, normally /dev/kmsg, for writing and for reading what
// comes from now on.
func OpenKmsg(path string) (*Kmsg, error) {
	d, err := kmsg.OpenDevice(path, kmsg.New)
	if err != nil {
		return nil, fmt.Errorf("test: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("test: %w (writing to it is root's, and printk.devkmsg=off forbids it to everybody)", err)
	}
	return &Kmsg{path, f, d, d.Drain}, nil
}

// Write adds a record.
func (k *Kmsg) Write(level int, text string) error {
	const user = 1 << 3
	_, err := fmt.Fprintf(k.out, "<%d>%s\n", user|level, text)
	return err
}

// ReadBack reads the log to its end, once.
func (k *Kmsg) ReadBack(nonce Nonce) (n int, err error) {
	k.end()
	for {
		r, err := k.log.Next()
		var bad *kmsg.SyntaxError
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case errors.As(err, &bad):
			continue
		case err != nil:
			return n, fmt.Errorf("test: %w", err)
		}
		if t, ok := FindTest(r.AppendText(nil)); ok && t.Nonce == nonce {
			n++
		}
	}
}

// Close closes the log.
func (k *Kmsg) Close() error { return errors.Join(k.out.Close(), k.log.Close()) }

// harmless are the keys of sysrq that only print: help, backtraces, memory,
// timers, tasks, blocked tasks, registers, locks.
const harmless = "hlmqtwpd"

// CheckSysRq refuses a key that does more than print, unless forced.
func CheckSysRq(key string, force bool) error {
	switch {
	case len(key) != 1 || !(key[0] >= 'a' && key[0] <= 'z' || key[0] >= '0' && key[0] <= '9'):
		return fmt.Errorf("--sysrq %q: want one key, a letter or a digit; h prints the list", key)
	case !strings.Contains(harmless, key) && !force:
		return fmt.Errorf("--sysrq %s: that key may do more than print (c crashes the host, b boots it at once): "+
			"use one of %s, or --force", key, harmless)
	}
	return nil
}

// SysRq presses a key by writing it to path, normally /proc/sysrq-trigger,
// which asks no /proc/sys/kernel/sysrq.
func SysRq(path, key string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("test: --sysrq: %w (it is root's; needs CONFIG_MAGIC_SYSRQ and /proc)", err)
	}
	_, err = f.WriteString(key)
	return errors.Join(err, f.Close())
}
