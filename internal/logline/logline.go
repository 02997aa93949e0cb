// Package logline writes the sender's messages, a line each, as package
// log/slog does it, whose handlers come with all of encoding/json: a quarter of
// a megabyte that the rescue binary has no room for.
package logline

import (
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
)

// Log takes messages with attributes, args being keys and values in turn.
// A *Logger is one, and so is a *slog.Logger.
type Log interface {
	Info(msg string, args ...any)
	Warn(msg string, args ...any)
	Error(msg string, args ...any)
}

// A Logger writes messages to a stream. It may be used by several goroutines.
type Logger struct {
	out    *output
	prefix []byte // the attributes of With, formatted
}

// output is what a Logger and those made by With share.
type output struct {
	mu     sync.Mutex
	w      io.Writer
	format string
	buf    []byte
}

// New returns a Logger of a format: text for people, who have the time from
// elsewhere, json, or kmsg for records of the kernel's log, as /dev/kmsg takes
// them.
func New(format string, w io.Writer) (*Logger, error) {
	if format != "text" && format != "json" && format != "kmsg" {
		return nil, fmt.Errorf("%q: want text, json or kmsg", format)
	}
	return &Logger{out: &output{w: w, format: format}}, nil
}

// With returns a Logger whose messages have these attributes in front.
func (l *Logger) With(args ...any) *Logger {
	return &Logger{l.out, l.out.append(append([]byte(nil), l.prefix...), args)}
}

// Info writes a message.
func (l *Logger) Info(msg string, args ...any) { l.write("INFO", msg, args) }

// Warn writes a message of something that may need looking at.
func (l *Logger) Warn(msg string, args ...any) { l.write("WARN", msg, args) }

// Error writes a message of something that failed.
func (l *Logger) Error(msg string, args ...any) { l.write("ERROR", msg, args) }

// priorities are the kernel's levels.
var priorities = map[string]string{"INFO": "<6>", "WARN": "<4>", "ERROR": "<3>"}

func (l *Logger) write(level, msg string, args []any) {
	o := l.out
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.buf[:0]
	switch o.format {
	case "json":
		b = time.Now().AppendFormat(append(b, `{"time":"`...), time.RFC3339Nano)
		b = append(append(append(b, `","level":"`...), level...), `","msg":`...)
		b = appendJSON(b, msg)
	case "kmsg":
		b = append(append(append(b, priorities[level]...), "netkmsg: "...), msg...)
	default:
		b = append(append(append(b, "level="...), level...), " msg="...)
		b = appendText(b, msg)
	}
	b = o.append(append(b, l.prefix...), args)
	if o.format == "json" {
		b = append(b, '}')
	}
	o.buf = append(b, '\n')
	_, _ = o.w.Write(o.buf) // there is nobody to tell
}

// append formats attributes. A key without a value stands for itself.
func (o *output) append(b []byte, args []any) []byte {
	for ; len(args) > 0; args = args[min(2, len(args)):] {
		key := fmt.Sprint(args[0])
		var v any
		if len(args) > 1 {
			v = args[1]
		}
		if o.format == "json" {
			b = append(appendJSON(append(b, ','), key), ':')
			b = appendJSONValue(b, v)
			continue
		}
		b = append(appendText(append(b, ' '), key), '=')
		b = appendText(b, text(v))
	}
	return b
}

// text is a value as people read it.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

// appendText appends a string, quoted if need be.
func appendText(b []byte, s string) []byte {
	if s == "" {
		return append(b, `""`...)
	}
	for _, r := range s {
		if r <= ' ' || r == '=' || r == '"' || r == 0x7f || r == 0xfffd || r > 0x7f && !strconv.IsPrint(r) {
			return strconv.AppendQuote(b, s)
		}
	}
	return append(b, s...)
}

func appendJSONValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case time.Duration: // nanoseconds, as slog has them
		return strconv.AppendInt(b, int64(v), 10)
	}
	return appendJSON(b, text(v))
}

// appendJSON appends a string after RFC 8259; what is no UTF-8 becomes U+FFFD.
func appendJSON(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, `\u00`...)
			b = append(b, digits[r>>4], digits[r&15])
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}
