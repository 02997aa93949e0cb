//go:build unix

package send

import (
	"os"
	"os/signal"
	"syscall"
)

type userSignal struct{ c chan os.Signal }

// notifyUser receives SIGUSR1, which asks for the account.
func notifyUser() userSignal {
	s := userSignal{make(chan os.Signal, 1)}
	signal.Notify(s.c, syscall.SIGUSR1)
	return s
}

func (s userSignal) stop() { signal.Stop(s.c) }
