package printktrace

import (
	"bytes"
	"strconv"
	"strings"
)

// An Event is one call of printk.
type Event struct {
	Task string // comm of the task, at most 15 bytes
	PID  int
	CPU  int
	Usec uint64 // microseconds of the trace's clock
	Text string // without the newline at its end
}

// unnamed is what the trace has for a task whose name it has not noted yet,
// which it does when the task is next switched away from.
const unnamed = "<...>"

// taskWidth is the width of the task's name at the beginning of a line.
const taskWidth = 16

// parse reads the lines of trace_pipe (kernel/trace/trace_output.c):
//
//	bash-18790   [000] d....  5354.338694: console: text
//
// A line that does not begin so goes on with the text of the one before. Lines
// about lost events are passed over.
func parse(b []byte) (list []Event) {
	for line := range bytes.Lines(b) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if e, ok := parseLine(string(line)); ok {
			list = append(list, e)
		} else if n := len(list); n > 0 && !bytes.Contains(line, []byte("EVENTS]")) {
			list[n-1].Text += "\n" + string(line)
		}
	}
	return list
}

func parseLine(s string) (e Event, ok bool) {
	if len(s) <= taskWidth {
		return e, false
	}
	e.Task = strings.TrimLeft(s[:taskWidth], " ")
	rest, ok := strings.CutPrefix(s[taskWidth:], "-")
	if !ok {
		return e, false
	}
	pid, rest, _ := strings.Cut(rest, " ")
	cpu, rest, ok := strings.Cut(strings.TrimLeft(rest, " "), "] ")
	if !ok || !strings.HasPrefix(cpu, "[") {
		return e, false
	}
	_, rest, _ = strings.Cut(rest, " ") // flags
	stamp, text, ok := strings.Cut(strings.TrimLeft(rest, " "), ": console: ")
	if !ok {
		return e, false
	}
	sec, micro, _ := strings.Cut(stamp, ".")
	var errs [4]error
	var s64, us uint64
	e.PID, errs[0] = strconv.Atoi(pid)
	e.CPU, errs[1] = strconv.Atoi(cpu[1:])
	s64, errs[2] = strconv.ParseUint(sec, 10, 40)
	us, errs[3] = strconv.ParseUint(micro, 10, 20)
	e.Usec, e.Text = s64*1e6+us, text
	if e.PID == 0 { // "<idle>" here
		e.Task = "swapper/" + strconv.Itoa(e.CPU)
	}
	return e, errs == [4]error{} && len(micro) == 6
}

// named looks a process up in saved_cmdlines, which has lines of a number, a
// blank and a name.
func named(cmdlines []byte, pid int) (string, bool) {
	want := strconv.Itoa(pid) + " "
	for line := range strings.Lines(string(cmdlines)) {
		if name, ok := strings.CutPrefix(line, want); ok {
			return strings.TrimSuffix(name, "\n"), true
		}
	}
	return "", false
}
