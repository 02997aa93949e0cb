package netns_test

import (
	"errors"
	"os"
	"testing"

	"netkmsg/internal/netdev/netns"
)

func TestOf(t *testing.T) {
	other := made(t)
	id := func(n *netns.NS) netns.ID {
		t.Helper()
		i, err := n.ID()
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	home, err := netns.Of(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer home.Close()
	again, err := netns.Of(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if id(home) != id(again) || id(home) == id(other) {
		t.Errorf("%v %v %v", id(home), id(again), id(other))
	}
	again.Close()
	if _, err := again.ID(); err == nil {
		t.Error("a closed handle has an ID")
	}
	if _, err := netns.Of(-1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of nobody: %v", err)
	}
}
