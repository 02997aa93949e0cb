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
	date, err := date(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return nil, err
	}
	root := cli.Command(send.Streams{})
	files := map[string][]byte{}
	man := func(p page, see []string) {
		p.Date, p.Version, p.See = date, version.String(), slices.DeleteFunc(see, func(s string) bool { return s == p.Name })
		files["man/"+p.Name+".1"] = p.roff()
	}

	var names []string
	for _, c := range root.Commands() {
		names = append(names, "netkmsg-"+c.Name())
	}
	all := append([]string{"netkmsg", "netkmsg-rescue"}, names...)
	slices.Sort(all)
	man(page{Name: "netkmsg", Short: root.Short, Help: help()}, slices.Clone(all))
	for _, c := range root.Commands() {
		man(page{Name: "netkmsg-" + c.Name(), Short: c.Short, Help: help(c.Name())}, []string{"netkmsg", "netkmsg-rescue"})
	}
	rescue, short := rescueFlags(), "The sender alone, for initramfs and rescue media"
	man(page{Name: rescue.Name(), Short: short, Help: rescueHelp(rescue.Name())}, []string{"netkmsg", "netkmsg-send"})

	for name, write := range map[string]func(io.Writer) error{
		"bash/netkmsg":      func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"zsh/_netkmsg":      root.GenZshCompletion,
		"fish/netkmsg.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return nil, fmt.Errorf("make the completion %s: %w", name, err)
		}
		files["completions/"+name] = b.Bytes()
	}
	files["completions/bash/netkmsg-rescue"] = bashFlags(rescue)
	files["completions/zsh/_netkmsg-rescue"] = zshFlags(rescue)
	files["completions/fish/netkmsg-rescue.fish"] = fishFlags(rescue)
	return files, nil
}

// date is the month of a page; without a time there is none.
func date(epoch string) (string, error) {
	if epoch == "" {
		return "", nil
	}
	n, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return "", fmt.Errorf("SOURCE_DATE_EPOCH=%q: want seconds since 1970", epoch)
	}
	return time.Unix(n, 0).UTC().Format("2006-01-02"), nil
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

func rescueFlags() *pflag.FlagSet { return send.Flags("netkmsg-rescue", new(send.Options)) }
