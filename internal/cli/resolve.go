package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"netkmsg/frame"
	"netkmsg/internal/doctor"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/nexthop"
	"netkmsg/internal/send"
)

const resolveHelp = `Find the MAC address to put into a netconsole= line: the receiver's own, or that
of the gateway to it. It needs no address, no route and no neighbour table: it
asks on the wire itself, with neighbour and router solicitations over IPv6 and
ARP over IPv4, and leaves nothing behind. The host's routes and neighbour table
are a hint and a last resort. Every fact is printed with how it is known, and
at the end the line to use. The exit status is 1 if nobody answers.

It needs CAP_NET_RAW, and DEV to be up.`

const resolveExamples = `  netkmsg resolve eth0 fe80::2
      of a receiver on the same link
  netkmsg resolve eth0 2001:db8::9 --extended --port 514
      of one that may be behind a router; the line asks for the extended format
  netkmsg resolve eth0 192.0.2.1 --source 192.0.2.7
      from a host without an address
  netkmsg send @/eth0,@fe80::2/auto
      the same when sending, and again every 30 seconds`

// lineFlags shape the line.
type lineFlags struct {
	extended           bool
	targetPort, source uint16
}

func (l lineFlags) line(r nexthop.Result) string {
	prefix := ""
	if l.extended {
		prefix = "+"
	}
	return r.Line(prefix, l.source, l.targetPort)
}

func resolveCommand(st send.Streams) *cobra.Command {
	var source string
	var limit time.Duration
	var asJSON bool
	var l lineFlags
	c := &cobra.Command{
		Use:     "resolve [flags] DEV ADDRESS",
		Short:   "Find the MAC address for a netconsole= line",
		Long:    resolveHelp,
		Example: resolveExamples,
		RunE: func(c *cobra.Command, args []string) error {
			q, err := resolveQuestion(args, source, limit)
			if err != nil {
				return err
			}
			r, err := nexthop.Resolve(c.Context(), q)
			if nobody := (*nexthop.UnknownError)(nil); err != nil && !errors.As(err, &nobody) {
				return err
			}
			if asJSON {
				return errors.Join(err, printJSON(st.Out, resolved(r, l)))
			}
			return errors.Join(err, printResult(st.Out, r, l))
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&source, "source", "", "`ADDRESS` to send from, instead of the device's")
	f.DurationVar(&limit, "timeout", 2*time.Second, "`TIME` to wait for answers")
	f.Uint16Var(&l.targetPort, "port", netconsole.DefaultRemotePort, "target `PORT` in the line")
	f.Uint16Var(&l.source, "source-port", netconsole.DefaultLocalPort, "source `PORT` in the line")
	f.BoolVar(&l.extended, "extended", false, "ask for the extended format in the line")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func resolveQuestion(args []string, source string, limit time.Duration) (q nexthop.Question, err error) {
	if len(args) != 2 {
		return q, send.Usage(errors.New("want DEV and ADDRESS, as in: netkmsg resolve eth0 fe80::2"))
	}
	q = nexthop.Question{Device: args[0], Limit: limit, Duplicates: true}
	if q.Target, err = plainAddr(args[1]); err != nil {
		return q, send.Usage(fmt.Errorf("ADDRESS %w", err))
	}
	if source != "" {
		if q.Source, err = plainAddr(source); err != nil {
			return q, send.Usage(fmt.Errorf("--source %w", err))
		}
		if q.Source.Is4() != q.Target.Is4() {
			return q, send.Usage(fmt.Errorf("--source %s and %s are not of one family: give two IPv4 or two IPv6 addresses", source, args[1]))
		}
	}
	if limit <= 0 {
		return q, send.Usage(fmt.Errorf("--timeout %v: want a time above 0", limit))
	}
	return q, nil
}

// plainAddr reads an address without zone: DEV says which link is meant.
func plainAddr(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil:
		return a, fmt.Errorf("%q: want an IPv4 or IPv6 address", s)
	case a.Zone() != "":
		return a, fmt.Errorf("%q: DEV names the link: write %s", s, a.WithZone(""))
	case a.Is4In6():
		return a, fmt.Errorf("%q: nobody has this address on a wire: write %s", s, a.Unmap())
	case a.IsUnspecified():
		return a, fmt.Errorf("%q: nobody has this address", s)
	}
	return a, nil
}

func printResult(w io.Writer, r nexthop.Result, l lineFlags) error {
	var b strings.Builder
	for _, f := range r.Facts() {
		doctor.Paragraph(&b, f.About, f.Text)
	}
	for _, d := range r.Doubts {
		doctor.Paragraph(&b, "beware", d.Text)
	}
	if r.MAC != (frame.MAC{}) {
		of := "the target's own"
		if r.Via.IsValid() {
			of = "that of the gateway " + r.Via.String()
		}
		doctor.Paragraph(&b, "result", fmt.Sprintf("%s, %s: %s", r.MAC, of, r.How))
		fmt.Fprintf(&b, "\nnetconsole=%s\n", l.line(r))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// resolution is the JSON of resolve.
type resolution struct {
	Device string     `json:"device"`
	Target netip.Addr `json:"target"`
	MAC    string     `json:"mac,omitempty"`
	Via    string     `json:"via,omitempty"`
	How    string     `json:"how,omitempty"`
	Line   string     `json:"line,omitempty"`
	Facts  []fact     `json:"facts"`
	Doubts []string   `json:"doubts,omitempty"`
}

type fact struct {
	About string `json:"about"`
	Text  string `json:"text"`
}

func resolved(r nexthop.Result, l lineFlags) resolution {
	j := resolution{Device: r.Kernel.Link.Name, Target: r.Target, How: r.How}
	for _, d := range r.Doubts {
		j.Doubts = append(j.Doubts, d.Text)
	}
	if r.MAC != (frame.MAC{}) {
		j.MAC, j.Line = r.MAC.String(), l.line(r)
	}
	if r.Via.IsValid() {
		j.Via = r.Via.String()
	}
	for _, f := range r.Facts() {
		j.Facts = append(j.Facts, fact(f))
	}
	return j
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
