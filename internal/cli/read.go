package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"netkmsg/frame/pcap"
	"netkmsg/internal/collect"
	"netkmsg/internal/send"
)

const readHelp = `Read kernel logs out of capture files: pcap and pcapng, compressed or not, of
Ethernet, cooked and raw IP captures, with IP fragments joined. - is standard
input. The capture's time is the clock.

With --verify every length and checksum is checked, and what is wrong is
reported frame by frame; the exit status is then 1 if anything is. Records are
shown only where --output is given too.`

func readCommand(st send.Streams) *cobra.Command {
	var o outputFlags
	var r collect.ReadOptions
	var ports []string
	c := &cobra.Command{
		Use:   "read [flags] FILE…",
		Short: "Read kernel logs out of capture files",
		Long:  readHelp,
		Example: `  netkmsg read log.pcap
  tcpdump -i eth0 -U -w - udp port 6666 | netkmsg read -o json -
  netkmsg read --verify log.pcapng.gz`,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if len(args) == 0 {
				return send.Usage(fmt.Errorf("no FILE to read (%s -h helps)", c.CommandPath()))
			}
			if r.Ports, err = parsePorts(ports); err != nil {
				return err
			}
			if r.Verify && len(o.kinds) == 0 {
				o.kinds = []string{"none"}
			}
			out, err := o.open(st)
			if err != nil {
				return err
			}
			defer out.names.Close()
			r.Log, r.Outputs, r.Filter, r.Collect, r.Report = out.log, out.outputs, out.filters, out.collect, st.Out
			return collect.Read(files(args, st), r)
		},
	}
	f := c.Flags()
	o.register(c)
	f.StringSliceVar(&ports, "port", []string{strconv.Itoa(collect.DefaultPort)}, "UDP `PORT` of the receiver (repeatable), or all")
	f.BoolVar(&r.Verify, "verify", false, "check every length and checksum")
	return c
}

func parsePorts(ss []string) (ports []uint16, err error) {
	if slices.Contains(ss, "all") {
		return nil, nil
	}
	for _, s := range ss {
		n, err := strconv.ParseUint(s, 10, 16)
		if err != nil {
			return nil, send.Usage(fmt.Errorf("--port %q: want a number from 0 to 65535, or all", s))
		}
		ports = append(ports, uint16(n))
	}
	return ports, nil
}

// files opens one file after the other.
func files(names []string, st send.Streams) func() (string, *pcap.Reader, error) {
	return func() (name string, r *pcap.Reader, err error) {
		if len(names) == 0 {
			return "", nil, io.EOF
		}
		name, names = names[0], names[1:]
		if name == "-" {
			r, err = pcap.NewReader(st.In)
		} else {
			r, err = pcap.Open(name)
		}
		return name, r, err
	}
}
