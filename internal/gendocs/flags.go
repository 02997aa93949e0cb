package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"netkmsg/internal/send"
)

// The rescue binary is too small to answer a shell itself, as cobra has it. Its
// completions list the flags.

// shown are the flags that the help shows.
func shown(f *pflag.FlagSet, each func(f *pflag.Flag, what, usage string)) {
	f.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			what, usage := pflag.UnquoteUsage(f)
			each(f, what, usage)
		}
	})
}

func bashFlags(f *pflag.FlagSet) []byte {
	var names, cases strings.Builder
	shown(f, func(f *pflag.Flag, what, _ string) {
		names.WriteString(" --" + f.Name)
		switch words := send.Words(f.Name); {
		case what == "" || f.NoOptDefVal != "": // no word follows it
		case what == "FILE":
			fmt.Fprintf(&cases, "\t--%s) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$2\") ;;\n", f.Name)
		case words != nil:
			fmt.Fprintf(&cases, "\t--%s) mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$2\") ;;\n", f.Name, strings.Join(words, " "))
		default:
			fmt.Fprintf(&cases, "\t--%s) ;;\n", f.Name)
		}
	})
	return fmt.Appendf(nil, `# bash completion for %[1]s
_netkmsg_rescue() {
	COMPREPLY=()
	case $3 in
%[3]s	*) mapfile -t COMPREPLY < <(compgen -W '%[2]s' -- "$2") ;;
	esac
}
complete -F _netkmsg_rescue %[1]s
`, f.Name(), strings.TrimSpace(names.String()), cases.String())
}

func zshFlags(f *pflag.FlagSet) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "#compdef %s\n_arguments \\\n", f.Name())
	shown(f, func(f *pflag.Flag, what, usage string) {
		usage = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(usage)
		action := " "
		if words := send.Words(f.Name); words != nil {
			action = "(" + strings.Join(words, " ") + ")"
		} else if what == "FILE" {
			action = "_files"
		}
		flag := "--" + f.Name
		switch {
		case what == "":
			flag += "[" + usage + "]"
		case f.NoOptDefVal != "":
			flag += "=-[" + usage + "]::" + what + ":" + action
		default:
			flag += "[" + usage + "]:" + what + ":" + action
		}
		if t := f.Value.Type(); t == "array" || t == "list" {
			flag = "*" + flag
		}
		fmt.Fprintf(&b, "  %s \\\n", quote(flag))
	})
	b.WriteString("  '::CONFIG:()'\n")
	return []byte(b.String())
}

func fishFlags(f *pflag.FlagSet) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# fish completion for %s\ncomplete -c %[1]s -f\n", f.Name())
	shown(f, func(x *pflag.Flag, what, usage string) {
		fmt.Fprintf(&b, "complete -c %s -l %s", f.Name(), x.Name)
		switch words := send.Words(x.Name); {
		case what == "":
		case words != nil && x.NoOptDefVal != "":
			fmt.Fprintf(&b, " -a '%s'", strings.Join(words, " "))
		case words != nil:
			fmt.Fprintf(&b, " -x -a '%s'", strings.Join(words, " "))
		case what == "FILE":
			b.WriteString(" -r -F")
		default:
			b.WriteString(" -x")
		}
		fmt.Fprintf(&b, " -d '%s'\n", strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(usage))
	})
	return []byte(b.String())
}

// quote makes one word of s, for zsh.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
