package main

import (
	"errors"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	var b strings.Builder
	err := table(&b, "CPU ns", []row{
		{"the reference", series{1000, 1100, 1210.4}},
		{"another", series{1500, 1100, 2420.8}},
	})
	const want = `
CPU ns
   min  median  ratio  lowest  highest
  1000    1100   1.00    1.00     1.00  the reference
  1100    1500   1.50    1.00     2.00  another
`
	if err != nil || b.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, b.String(), want)
	}
}

type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestTableError(t *testing.T) {
	if err := table(full{}, "CPU ns", []row{{"the reference", series{1}}}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}
