package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"netkmsg/frame/pcap"
	"netkmsg/internal/output"
	"netkmsg/internal/send"
	"netkmsg/kmsg"
)

// outputFlags are what listen and read have in common.
type outputFlags struct {
	kinds     []string
	filters   []string
	names     []string
	verbose   bool
	join      bool
	hosts     int
	logFormat string

	fileSize  int64
	fileEvery time.Duration
	fileKeep  int

	broken func() // called when nobody reads the only output any more; nil: the signal ends the process
}

func (o *outputFlags) register(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringArrayVarP(&o.kinds, "output", "o", nil, "`KIND[:TARGET]` to write to (repeatable): text, json, files:DIR, pcap:FILE, journal, syslog:ADDR; text and json take a FILE (default text)")
	f.StringArrayVar(&o.filters, "filter", nil, "show only records with `COND` (repeatable): host=…, severity<=err, facility=…, text~REGEXP")
	f.StringArrayVar(&o.names, "names", nil, "name hosts by `TABLE`, a file like /etc/hosts, or by dns")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "text: show dictionary, userdata and all else of a record")
	f.BoolVar(&o.join, "join", false, "join the continuations of a line to its first record")
	f.IntVar(&o.hosts, "max-hosts", 4096, "remember `N` hosts")
	f.Int64Var(&o.fileSize, "file-size", 0, "files: put a file aside when it has `N` bytes")
	f.DurationVar(&o.fileEvery, "file-every", 0, "files: put a file aside every `TIME`")
	f.IntVar(&o.fileKeep, "file-keep", 0, "files: keep `N` files put aside, compressed (default all)")
	f.StringVar(&o.logFormat, "log-format", "text", "`FORMAT` of messages on standard error: text, json")
}

// opened is what the flags describe.
type opened struct {
	log     *slog.Logger
	outputs []output.Output
	filters output.Filters
	collect kmsg.CollectOptions
	names   *output.Names
	reopen  []func()
}

func (o *outputFlags) open(st send.Streams) (*opened, error) {
	log, err := newLogger(o.logFormat, st.Err)
	if err != nil {
		return nil, err
	}
	r := &opened{log: log, collect: kmsg.CollectOptions{Join: o.join, Hosts: o.hosts}}
	if r.names, err = o.openNames(); err != nil {
		return nil, err
	}
	for _, s := range o.filters {
		f, err := output.ParseFilter(s, r.names)
		if err != nil {
			return nil, send.Usage(fmt.Errorf("--filter: %w", err))
		}
		r.filters = append(r.filters, f)
	}
	kinds := o.kinds
	if len(kinds) == 0 {
		kinds = []string{"text"}
	}
	for _, k := range kinds {
		if k == "none" {
			continue
		}
		out, err := o.openOutput(k, r, st)
		if err != nil {
			return nil, errors.Join(err, closeAll(r.outputs))
		}
		r.outputs = append(r.outputs, out)
	}
	return r, nil
}

func closeAll(outs []output.Output) (err error) {
	for _, o := range outs {
		err = errors.Join(err, o.Close(time.Second))
	}
	return err
}

func (o *outputFlags) openNames() (*output.Names, error) {
	var table output.NameTable
	var reverse output.Reverse
	for _, s := range o.names {
		if s == "dns" {
			reverse = output.ReverseDNS
			continue
		}
		t, err := output.LoadNames(s)
		if err != nil {
			return nil, fmt.Errorf("--names: %w", err)
		}
		if table == nil {
			table = t
		}
		for host, name := range t {
			if _, ok := table[host]; !ok {
				table[host] = name
			}
		}
	}
	return output.NewNames(table, reverse), nil
}

func (o *outputFlags) openOutput(spec string, r *opened, st send.Streams) (output.Output, error) {
	kind, target, _ := strings.Cut(spec, ":")
	report := func(line string) { r.log.Warn(line) }
	name := func(a netip.AddrPort) string { return r.names.Find(a) }
	switch kind {
	case "text":
		w, err := o.stream(target, r, st)
		if err != nil {
			return nil, err
		}
		t := output.TextOptions{Verbose: o.verbose, Names: r.names, Date: target != ""}
		if f, ok := w.(*os.File); ok && output.IsTerminal(f) {
			t.Colour = output.UseColour(f)
			t.Width = func() int { return output.TerminalWidth(f) }
		}
		return output.NewText(o.watch(w), t), nil
	case "json":
		w, err := o.stream(target, r, st)
		if err != nil {
			return nil, err
		}
		return output.NewJSON(o.watch(w), output.JSONOptions{Names: r.names}), nil
	case "files":
		if target == "" {
			break
		}
		f := output.NewTextFormat(output.TextOptions{Verbose: o.verbose, Names: r.names, Date: true})
		return output.NewFiles(output.FilesOptions{Dir: target, Message: f.AppendMessage, Notice: f.AppendNotice,
			Name: name, MaxSize: o.fileSize, Every: o.fileEvery, Keep: o.fileKeep, Report: report})
	case "pcap":
		if target == "" {
			break
		}
		w, err := pcap.Create(target, pcap.Options{Append: true, Stdout: st.Out})
		if err != nil {
			return nil, err
		}
		return output.NewCapture(w, report), nil
	case "journal":
		return output.NewJournal(output.JournalOptions{Socket: target, Name: name, Report: report}), nil
	case "syslog":
		if target == "" {
			break
		}
		s, err := output.NewSyslog(output.SyslogOptions{Address: target, Name: name, Report: report})
		if err != nil {
			return nil, send.Usage(fmt.Errorf("--output %s: %w", spec, err))
		}
		return s, nil
	}
	return nil, send.Usage(fmt.Errorf("--output %q: want text[:FILE], json[:FILE], files:DIR, pcap:FILE, journal or syslog:[udp|tcp|tls://]HOST[:PORT]", spec))
}

// stream opens a file to append to; without a path it is standard output.
func (o *outputFlags) stream(path string, r *opened, st send.Streams) (io.Writer, error) {
	if path == "" || path == "-" {
		return st.Out, nil
	}
	f, err := openLogFile(path, func(line string) { r.log.Warn(line) })
	if err != nil {
		return nil, err
	}
	r.reopen = append(r.reopen, f.Reopen)
	return f, nil
}

func (o *outputFlags) watch(w io.Writer) io.Writer {
	if o.broken == nil || len(o.kinds) > 1 {
		return w
	}
	return ending{w, o.broken}
}
