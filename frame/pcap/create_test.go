package pcap_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netkmsg/frame/pcap"
)

func TestExisting(t *testing.T) {
	old := contents(t, write(t, "old.pcap", ethernet(100)))
	for _, c := range []struct {
		name string
		old  []byte
		o    pcap.Options
		err  string // what Create says; "" if the file is to hold one packet of 1 byte of payload
	}{
		{"empty file", nil, pcap.Options{}, ""},
		{"refused", old, pcap.Options{}, "file already exists and holds 154 bytes (--force overwrites it, --append continues it)"},
		{"another file", []byte("precious"), pcap.Options{}, "file already exists and holds 8 bytes (--force overwrites it, --append continues it)"},
		{"overwritten", old, pcap.Options{Force: true}, ""},
		{"both", old, pcap.Options{Force: true, Append: true}, "overwriting and appending exclude each other (use --force or --append, not both)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.pcap")
			if err := os.WriteFile(path, c.old, 0o600); err != nil {
				t.Fatal(err)
			}
			w, err := pcap.Create(path, c.o)
			if c.err != "" {
				if want := "create capture file " + path + ": " + c.err; err == nil || err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
				if !c.o.Force && !errors.Is(err, fs.ErrExist) {
					t.Errorf("%v is no fs.ErrExist", err)
				}
				if !bytes.Equal(contents(t, path), c.old) {
					t.Error("the refused file was changed")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(at(0), ethernet(1)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if got := readAll(t, path); len(got) != 1 || !bytes.Equal(got[0].Data, ethernet(1)) {
				t.Errorf("read back %+v", got)
			}
		})
	}
}

func TestMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.pcap")
	create(t, path, pcap.Options{}).Close()
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want -rw-------", st.Mode())
	}
}

func TestCannotCreate(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		path string
		is   error
		want string
	}{
		{dir, nil, "create capture file DIR: is a directory"},
		{dir + "/no/x.pcap", fs.ErrNotExist, "create capture file DIR/no/x.pcap: no such file or directory (make its directory first)"},
		{"-", nil, "create capture file -: no standard output given"},
	} {
		_, err := pcap.Create(c.path, pcap.Options{})
		if err == nil {
			t.Fatalf("%s: no error", c.path)
		}
		if got := strings.ReplaceAll(err.Error(), dir, "DIR"); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%v is no %v", err, c.is)
		}
	}
}
