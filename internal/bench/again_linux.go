package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"netkmsg/kmsg"
)

// An again reads a log over and over until it has delivered enough records.
type again struct {
	kmsg.Source
	path string
	left int
}

func newAgain(path string, n int) (*again, error) {
	a := &again{path: path, left: n}
	return a, a.open()
}

func (a *again) open() error {
	if a.path == kernelLog {
		d, err := kmsg.OpenDevice(a.path, kmsg.All)
		if err != nil {
			return err
		}
		d.Drain()
		a.Source = d
		return nil
	}
	f, err := os.Open(a.path)
	if err != nil {
		return err
	}
	a.Source = kmsg.NewScanner(f, kmsg.ScanOptions{Format: kmsg.Kmsg})
	return nil
}

func (a *again) TryNext() (kmsg.Record, bool, error) {
	if a.left == 0 {
		return kmsg.Record{}, false, nil
	}
	r, ok, err := a.Source.TryNext()
	if ok {
		a.left--
	}
	return r, ok, err
}

func (a *again) Next() (kmsg.Record, error) {
	if a.left == 0 {
		return kmsg.Record{}, io.EOF
	}
	r, err := a.Source.Next()
	if err == io.EOF {
		if err := errors.Join(a.Close(), a.open()); err != nil {
			return r, err
		}
		if r, err = a.Source.Next(); err == io.EOF {
			return r, fmt.Errorf("read %s: it has no records", a.path)
		}
	}
	a.left--
	return r, err
}
