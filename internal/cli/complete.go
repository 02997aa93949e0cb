package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"netkmsg/internal/netdev"
	"netkmsg/internal/send"
)

// complete tells the shell what can stand behind the flags of a command, and
// behind its name.
func complete(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() == "bool" {
			return
		}
		if answer := flagValues(c, f); answer != nil {
			_ = c.RegisterFlagCompletionFunc(f.Name, answer) // it fails for a flag that is not there
		}
	})
	args := strings.TrimPrefix(c.Use, c.Name()+" [flags] ")
	switch {
	case strings.HasSuffix(args, "=]CONFIG]"):
		c.ValidArgsFunction = configs
	case strings.HasPrefix(args, "DEV "):
		c.ValidArgsFunction = firstDevice
	case strings.HasPrefix(args, "[DIR]"):
		c.ValidArgsFunction = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	case !strings.Contains(args, "FILE"):
		c.ValidArgsFunction = cobra.NoFileCompletions
	}
}

// flagValues returns nil where the value is a file, which the shell completes.
func flagValues(c *cobra.Command, f *pflag.Flag) cobra.CompletionFunc {
	what, _ := pflag.UnquoteUsage(f)
	if words := send.Words(f.Name); words != nil {
		return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	}
	switch c.Name() + " " + f.Name {
	case "firewall format":
		return cobra.FixedCompletions([]string{"iptables", "nft", "firewalld", "ufw"}, cobra.ShellCompDirectiveNoFileComp)
	case "firewall side":
		return cobra.FixedCompletions([]string{"source", "destination"}, cobra.ShellCompDirectiveNoFileComp)
	case "mount policy":
		return cobra.FixedCompletions([]string{"helpful", "kernel"}, cobra.ShellCompDirectiveNoFileComp)
	case "listen output", "read output":
		return cobra.FixedCompletions([]string{"text", "json", "files:", "pcap:", "journal", "syslog:"},
			cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace)
	}
	switch {
	case what == "DEV" || what == "DEVICE":
		return devices
	case strings.HasPrefix(what, "FILE") || what == "TABLE":
		return nil
	}
	return cobra.NoFileCompletions
}

func deviceNames() (names []string) {
	links, err := netdev.Links()
	if err != nil {
		return nil // a shell has no use for the reason
	}
	for _, l := range links {
		names = append(names, l.Name)
	}
	slices.Sort(names)
	return names
}

func devices(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return deviceNames(), cobra.ShellCompDirectiveNoFileComp
}

func firstDevice(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return deviceNames(), cobra.ShellCompDirectiveNoFileComp
}

// configs completes CONFIG as far as the device, which alone the host knows.
// Bash takes @ for the end of a word: there the earlier words are the line's
// begin, and only what follows the last of them is to be answered.
func configs(_ *cobra.Command, args []string, word string) (answers []string, _ cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	line := strings.Join(args, "") + word
	line = line[strings.LastIndexByte(line, ';')+1:]
	begin := word[:strings.LastIndexByte(word, '/')+1]
	switch {
	case line == "":
		begin = "@/"
	case begin == "" || strings.Contains(line, ","): // before or behind the device
		return nil, directive
	}
	for _, name := range deviceNames() {
		answers = append(answers, begin+name+",@")
	}
	return answers, directive
}
