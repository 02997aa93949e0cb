// Gendocs writes the man pages and the completions of both commands, generated
// from the commands themselves.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"netkmsg/internal/cli"
	"netkmsg/internal/send"
	"netkmsg/internal/version"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gendocs DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "gendocs: %v\n", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	files, err := generate()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.WriteFile(path, text, 0o644)
		}
	}
	return err
}

// generate returns the text of every file.
func generate() (map[string][]byte, error) {
	day, err := day(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return nil, err
	}
	files, err := completions()
	if err != nil {
		return nil, err
	}
	for _, p := range pages() {
		p.Date, p.Version = day, version.String()
		files["man/"+p.Name+".1"] = p.roff()
	}
	return files, nil
}

// day is the date of a page; without a time it has none.
func day(epoch string) (string, error) {
	if epoch == "" {
		return "", nil
	}
	n, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return "", fmt.Errorf("SOURCE_DATE_EPOCH=%q: want seconds since 1970", epoch)
	}
	return time.Unix(n, 0).UTC().Format(time.DateOnly), nil
}

// pages are those of the command, of each of its own, and of the rescue binary.
func pages() (ps []page) {
	root := cli.Command(send.Streams{})
	rescue := rescueFlags().Name()
	see := []string{rescue}
	for _, c := range root.Commands() {
		name := root.Name() + "-" + c.Name()
		see = append(see, name)
		ps = append(ps, page{Name: name, Short: c.Short, Help: help(c.Name()), See: []string{root.Name(), rescue}})
	}
	slices.Sort(see)
	return append(ps, page{Name: root.Name(), Short: root.Short, Help: help(), See: see},
		page{Name: rescue, Short: "The sender alone, for initramfs and rescue media", Help: rescueHelp(rescue), See: []string{root.Name(), root.Name() + "-send"}})
}

func completions() (map[string][]byte, error) {
	root, rescue := cli.Command(send.Streams{}), rescueFlags()
	files := map[string][]byte{
		"completions/bash/netkmsg-rescue":      bashFlags(rescue),
		"completions/zsh/_netkmsg-rescue":      zshFlags(rescue),
		"completions/fish/netkmsg-rescue.fish": fishFlags(rescue),
	}
	for name, write := range map[string]func(io.Writer) error{
		"completions/bash/netkmsg":      func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"completions/zsh/_netkmsg":      root.GenZshCompletion,
		"completions/fish/netkmsg.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return nil, fmt.Errorf("make %s: %w", name, err)
		}
		files[name] = b.Bytes()
	}
	return files, nil
}

// help is what a command prints.
func help(args ...string) string {
	var out strings.Builder
	cli.Main(context.Background(), slices.Concat([]string{"netkmsg"}, args, []string{"--help"}), send.Streams{Out: &out, Err: &out})
	return out.String()
}

func rescueHelp(name string) string {
	var out strings.Builder
	send.Main(context.Background(), []string{name, "--help"}, send.Streams{Out: &out, Err: &out})
	return out.String()
}

func rescueFlags() *pflag.FlagSet {
	f := pflag.NewFlagSet("netkmsg-rescue", pflag.ContinueOnError)
	f.SortFlags = false
	cli.AddFlags(f, send.Flags())
	return f
}
