package firewall

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// ErrMissing says that a rule is not in place.
var ErrMissing = errors.New("the rule is not in place")

// A Tool changes the firewall of this host's network namespace.
type Tool struct {
	Format Format
	// Run runs a program with a text on its standard input.
	Run func(ctx context.Context, stdin string, argv []string) (stdout []byte, err error)
}

// NewTool returns a Tool that runs programs.
func NewTool(f Format) Tool { return Tool{f, run} }

// sbin is where the tools are, and where not every user's PATH leads.
const sbin = "/usr/sbin:/sbin"

func run(ctx context.Context, stdin string, argv []string) ([]byte, error) {
	path, err := exec.LookPath(argv[0])
	for dir := range strings.SplitSeq(sbin, ":") {
		if err != nil {
			path, err = exec.LookPath(filepath.Join(dir, argv[0]))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("run %s: not found (install it, or choose another --format)", argv[0])
	}
	c := exec.CommandContext(ctx, path, argv[1:]...)
	c.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":"+sbin)
	c.Stdin = strings.NewReader(stdin)
	var diag strings.Builder
	c.Stderr = &diag
	out, err := c.Output()
	if err != nil {
		return out, fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, strings.TrimSpace(diag.String()))
	}
	return out, nil
}

// Apply puts the rules in place where they are not: all or none. With nft that
// is one transaction; it does nothing where no chain filters.
func (t Tool) Apply(ctx context.Context, rs []Rule) (err error) {
	if t.Format == NFT {
		return t.nft(ctx, func(s ruleset) (string, error) { return s.applying(rs) })
	}
	var undo [][]string
	if t.Format == Firewalld {
		err = t.addSpots(ctx, rs, &undo)
	} else {
		err = t.add(ctx, rs, &undo)
	}
	if err != nil {
		slices.Reverse(undo)
		return errors.Join(err, t.runAll(ctx, undo))
	}
	return nil
}

// add notes how to take away again what it has added.
func (t Tool) add(ctx context.Context, rs []Rule, undo *[][]string) error {
	for _, r := range rs {
		cs := t.Format.commands(r)
		there, err := t.there(ctx, cs.check)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		if _, err := t.Run(ctx, "", cs.add); err != nil {
			return err
		}
		*undo = append(*undo, cs.remove)
	}
	return nil
}

// addSpots is add for firewalld.
func (t Tool) addSpots(ctx context.Context, rs []Rule, undo *[][]string) error {
	f, err := t.firewalld(ctx, rs)
	if err != nil {
		return err
	}
	for _, r := range rs {
		for _, s := range f.missing(r) {
			if _, err := t.Run(ctx, "", s.command("add")); err != nil {
				return err
			}
			*undo = append(*undo, s.command("remove"))
		}
	}
	return nil
}

func (t Tool) runAll(ctx context.Context, cs [][]string) (err error) {
	for _, c := range cs {
		_, failed := t.Run(ctx, "", c)
		err = errors.Join(err, failed)
	}
	return err
}

// most is how many copies of a rule are taken away at most.
const most = 100

// Remove takes the rules away, and copies of them too.
func (t Tool) Remove(ctx context.Context, rs []Rule) error {
	switch t.Format {
	case NFT:
		return t.nft(ctx, func(s ruleset) (string, error) { return s.removing(rs), nil })
	case Firewalld:
		f, err := t.firewalld(ctx, rs)
		if err != nil {
			return err
		}
		return t.runAll(ctx, f.removing(rs))
	}
	for _, r := range rs {
		cs := t.Format.commands(r)
		for range most {
			there, err := t.there(ctx, cs.check)
			if err != nil {
				return err
			}
			if !there {
				break
			}
			if _, err := t.Run(ctx, "", cs.remove); err != nil {
				return err
			}
		}
	}
	return nil
}

// Check returns ErrMissing if a rule is not in place.
func (t Tool) Check(ctx context.Context, rs []Rule) error {
	missing := func(r Rule, where string) error {
		return fmt.Errorf("%w%s: %s (--apply puts it there)", ErrMissing, where, r)
	}
	switch t.Format {
	case NFT:
		s, err := t.ruleset(ctx)
		if err != nil {
			return err
		}
		if r, at, no := s.missing(rs); no {
			return missing(r, " in chain "+at)
		}
		return nil
	case Firewalld:
		f, err := t.firewalld(ctx, rs)
		if err != nil {
			return err
		}
		for _, r := range rs {
			for _, s := range f.missing(r) {
				return missing(r, s.where())
			}
		}
		return nil
	}
	for _, r := range rs {
		there, err := t.there(ctx, t.Format.commands(r).check)
		if err != nil {
			return err
		}
		if !there {
			return missing(r, "")
		}
	}
	return nil
}

// there asks for a rule. Status 1 of the tool is a no.
func (t Tool) there(ctx context.Context, check []string) (bool, error) {
	_, err := t.Run(ctx, "", check)
	var exit interface{ ExitCode() int }
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return false, nil
	}
	return err == nil, err
}

func (t Tool) ruleset(ctx context.Context) (ruleset, error) {
	out, err := t.Run(ctx, "", []string{"nft", "-j", "list", "ruleset"})
	if err != nil {
		return ruleset{}, err
	}
	return parseRuleset(out)
}

func (t Tool) nft(ctx context.Context, change func(ruleset) (string, error)) error {
	s, err := t.ruleset(ctx)
	if err != nil {
		return err
	}
	script, err := change(s)
	if err != nil || script == "" {
		return err
	}
	_, err = t.Run(ctx, script, []string{"nft", "-f", "-"})
	return err
}
