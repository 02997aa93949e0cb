package firewall

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
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

func run(ctx context.Context, stdin string, argv []string) ([]byte, error) {
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return nil, fmt.Errorf("%w (install it, or choose another --format)", err)
	}
	c := exec.CommandContext(ctx, path, argv[1:]...)
	c.Stdin = strings.NewReader(stdin)
	var diag strings.Builder
	c.Stderr = &diag
	out, err := c.Output()
	if err != nil {
		return out, fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, strings.TrimSpace(diag.String()))
	}
	return out, nil
}

// Apply puts the rules in place where they are not. With nft that is one
// transaction; it does nothing where no chain filters.
func (t Tool) Apply(ctx context.Context, rs []Rule) error {
	if t.Format == NFT {
		return t.nft(ctx, func(s ruleset) (string, error) { return s.applying(rs) })
	}
	for i, r := range rs {
		if err := t.add(ctx, r); err != nil {
			return errors.Join(err, t.Remove(ctx, rs[:i])) // all or none
		}
	}
	return nil
}

func (t Tool) add(ctx context.Context, r Rule) error {
	cs := t.Format.commands(r)
	for i, c := range cs.add {
		there, err := t.there(ctx, cs.check[i])
		if err != nil {
			return err
		}
		if there {
			continue
		}
		if _, err := t.Run(ctx, "", c); err != nil {
			return err
		}
	}
	return nil
}

// most is how many copies of a rule are taken away at most.
const most = 100

// Remove takes the rules away, and copies of them too.
func (t Tool) Remove(ctx context.Context, rs []Rule) error {
	if t.Format == NFT {
		return t.nft(ctx, func(s ruleset) (string, error) { return s.removing(rs), nil })
	}
	for _, r := range rs {
		cs := t.Format.commands(r)
		for i, c := range cs.remove {
			for range most {
				there, err := t.there(ctx, cs.check[i])
				if err != nil {
					return err
				}
				if !there {
					break
				}
				if _, err := t.Run(ctx, "", c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Check returns ErrMissing if a rule is not in place.
func (t Tool) Check(ctx context.Context, rs []Rule) error {
	if t.Format == NFT {
		s, err := t.ruleset(ctx)
		if err != nil {
			return err
		}
		if r, at, missing := s.missing(rs); missing {
			return fmt.Errorf("%w in chain %s: %s (--apply puts it there)", ErrMissing, at, r)
		}
		return nil
	}
	for _, r := range rs {
		for _, c := range t.Format.commands(r).check {
			there, err := t.there(ctx, c)
			if err != nil {
				return err
			}
			if !there {
				return fmt.Errorf("%w: %s (--apply puts it there)", ErrMissing, r)
			}
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
