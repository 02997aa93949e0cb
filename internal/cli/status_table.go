package cli

import (
	"net"
	"strconv"
	"strings"
	"unicode/utf8"

	"netkmsg/internal/configfs"
	"netkmsg/internal/netconsole"
)

var statusColumns = []string{"TARGET", "STATE", "DEVICE", "SOURCE → TARGET", "SENT", "FILTERED", "DROPPED", "LOST", "WHY"}

const firstNumber, why = 4, 8 // columns: numbers stand to the right, the reason may have a line of its own

// statusTable lays targets out in columns. If the terminal has fewer columns than the longest line needs (0: any number
// will do), the reasons follow in lines of their own.
func statusTable(ts []configfs.TargetStatus, width int) []byte {
	if len(ts) == 0 {
		return []byte("no targets\n")
	}
	rows := [][]string{statusColumns}
	for _, t := range ts {
		rows = append(rows, statusRow(t))
	}
	widths := make([]int, len(statusColumns))
	for _, r := range rows {
		for i, s := range r {
			widths[i] = max(widths[i], utf8.RuneCountInString(s))
		}
	}
	total := 2 * why
	for _, w := range widths {
		total += w
	}
	fold := width > 0 && total > width
	var b []byte
	for i, r := range rows {
		line := ""
		for c, s := range r[:why] {
			pad := strings.Repeat(" ", widths[c]-utf8.RuneCountInString(s))
			if c < firstNumber {
				line += s + pad + "  "
			} else {
				line += pad + s + "  "
			}
		}
		switch {
		case !fold:
			line += r[why]
		case i > 0 && r[why] != "":
			line = strings.TrimRight(line, " ") + "\n  " + r[why]
		}
		b = append(append(b, strings.TrimRight(line, " ")...), '\n')
	}
	return b
}

func statusRow(t configfs.TargetStatus) []string {
	n := func(v uint64) string { return strconv.FormatUint(v, 10) }
	return []string{
		printable(t.Name), t.State, printable(t.Device),
		endpoint(t.SourceIP, t.SourcePort, netconsole.DefaultLocalPort) + " → " + endpoint(t.TargetIP, t.TargetPort, netconsole.DefaultRemotePort),
		n(t.Sent), n(t.Filtered), n(t.Dropped), n(t.Lost), printable(t.Why),
	}
}

// endpoint leaves the usual port out.
func endpoint(ip string, port, usual uint16) string {
	if ip == "" {
		ip = "*"
	}
	if port == usual {
		return ip
	}
	return net.JoinHostPort(ip, strconv.Itoa(int(port)))
}

// printable shows what would spoil the table in quotes.
func printable(s string) string {
	if q := strconv.Quote(s); len(q) != len(s)+2 || s == "" {
		return q
	}
	return s
}
