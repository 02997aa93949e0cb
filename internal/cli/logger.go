package cli

import (
	"fmt"
	"io"
	"log/slog"

	"netkmsg/internal/send"
)

// newLogger makes the logger of a command: text for people, or JSON.
func newLogger(format string, w io.Writer) (*slog.Logger, error) {
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: dropTime})), nil
	}
	return nil, send.Usage(fmt.Errorf("--log-format %q: want text or json", format))
}

// dropTime shortens text messages: who collects them adds a time of its own.
func dropTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
