package netconsole

import "strings"

// Faults of the structure: a delimiter is not where the grammar has it.

func emptyTarget(line string, s span) *failure {
	switch {
	case s.end() < len(line) && line[s.end()] == ';':
		s = span{s.end(), ";"}
	case s.at > 0 && line[s.at-1] == ';':
		s = span{s.at - 1, ";"}
	}
	return fault(s, "there is an empty target beside this ;", "a ; stands between two targets only: take it away")
}

func blankFault(line string, s span, i int) *failure {
	run := s.from(i)
	run = run.upto(len(run.text) - len(strings.TrimLeft(run.text, blanks+"\x00")))
	after := line[run.end():s.end()]
	_, left := parseTarget(line, s.at, run.at)
	_, right := parseTarget(line, run.end(), s.end())
	switch {
	case strings.Contains(after, "netconsole="):
		front := s.upto(strings.LastIndex(s.text, "netconsole="))
		return fault(front, "there is something in front of netconsole=", "give only what follows it")
	case left == nil && right == nil:
		return fault(run, "a blank does not separate targets", "write ; between them")
	case left == nil && strings.Contains(after, "="):
		return fault(s.from(i), "there is another parameter behind the target", "give netconsole= alone, without the rest of the kernel's command line")
	case strings.Contains(run.text, "\x00"):
		return fault(run, "there is a NUL byte in the line", "a line is text: take it away")
	case !strings.ContainsAny(run.text, " \t"):
		return fault(run, "there is a line break in the line", "take it away, or write ; between targets")
	}
	return fault(run, "there is a blank in the line", "the kernel takes none anywhere: take it away")
}

// noLocalPort explains a target without any @.
func noLocalPort(f span) *failure {
	const msg = "there is no @ in this target"
	if g, ok := findAddr(strings.TrimSuffix(f.text, "/")); ok {
		return fault(f, msg, "to send to that address "+suggest(g.target()))
	}
	return fault(f, msg, "the shortest target is @/,@ADDRESS/ with the address of the receiver")
}

// localPortFault explains text in front of the first @ that is no port: often that @ is the second, the first forgotten.
func localPortFault(whole, f span, plain *failure) *failure {
	i := strings.IndexAny(f.text, "/,")
	if i < 0 {
		return plain
	}
	first := f.upto(i)
	rest := whole.text[first.end()-whole.at:]
	msg := "the first @, in front of the source address, is missing"
	if i == 0 {
		first = f.upto(1)
	}
	flags := whole.text[:f.at-whole.at]
	_, isAddr := parseAddr(f.text[:i])
	switch {
	case f.text[i] == ',':
		return fault(first, msg, suggest(flags+"@/"+whole.text[f.at-whole.at:]))
	case parsePort("", f.upto(i), new(uint16)) == nil:
		return fault(first, msg, suggest(flags+f.text[:i]+"@"+rest))
	case i == 0 || isAddr:
		return fault(first, msg, suggest(flags+"@"+whole.text[f.at-whole.at:]))
	}
	return fault(first, msg, "the source port goes in front of it, the source address behind it, and both may be left out")
}

// noSlash explains a target that has no / behind its first @.
func noSlash(whole, f span) *failure {
	const msg = "the / between source address and device is missing"
	if g, ok := findAddr(f.text); ok {
		return fault(span{at: f.end()}, msg, "to send to that address "+suggest(g.target()))
	}
	i := strings.IndexAny(f.text, ",@")
	if i < 0 {
		return fault(span{at: f.end()}, msg, "behind the @ comes [source address]/[device],[target port]@target address/")
	}
	return fault(f.from(i).upto(1), msg, insertSlash(whole, f, i))
}

// insertSlash shows the target with a / where it was forgotten, in front of the i-th byte of f or before a device there.
func insertSlash(whole, f span, i int) string {
	front := whole.text[:f.at-whole.at]
	if _, ok := parseAddr(f.text[:i]); ok || i == 0 {
		front += f.text[:i] + "/"
	} else {
		front += "/" + f.text[:i]
	}
	if f.text[i] == '@' {
		front += ","
	}
	return suggest(front + whole.text[f.at+i-whole.at:])
}

// noComma explains a target without a comma behind the device.
func noComma(whole, local, f span) *failure {
	const msg = "the , between device and target port is missing"
	i := strings.IndexByte(f.text, '@')
	var err *failure
	switch {
	case i < 0 && f.text == "" && local.text != "":
		err = fault(span{at: f.end()}, msg, "to send to that address "+suggest("@/,@"+local.text+"/"))
	case i < 0:
		err = fault(span{at: f.end()}, msg, "behind the device comes ,[target port]@target address/")
	default:
		name := f.upto(i)
		if parsePort("", name, new(uint16)) == nil {
			name = name.upto(0)
		}
		front := whole.text[:name.end()-whole.at]
		err = fault(f.from(i).upto(1), msg, suggest(front+","+whole.text[len(front):]))
	}
	err.missing = comma
	return err
}

// noRemotePort explains a target without a second @.
func noRemotePort(f span) *failure {
	const msg = "the second @, in front of the target address, is missing"
	if f.text == "" {
		return fault(f, msg, "behind the , comes [target port]@target address/")
	}
	addr, _, _ := strings.Cut(f.text, "/")
	if g, ok := findAddr(addr); ok {
		return fault(f.upto(len(addr)), msg, suggest(","+g.port+"@"+g.addr+"/"))
	}
	return fault(f, msg, "the target port goes in front of it, the target address behind it")
}

// noLastSlash explains a target that ends with its address.
func noLastSlash(f span) *failure {
	const msg = "the / behind the target address is missing"
	if f.text == "" {
		return fault(f, "the target address is missing", "it has no default: write @ADDRESS/ with the address of the receiver")
	}
	if _, ok := parseAddr(f.text); ok {
		return fault(span{at: f.end()}, msg, suggest(f.text+"/"))
	}
	if addr, _, ok := strings.Cut(f.text, ","); ok {
		if _, ok := parseAddr(addr); ok {
			return fault(f.from(len(addr)).upto(1), msg, "a / stands between target address and MAC address")
		}
	}
	return addrFault("target address", f)
}

// suggest is the advice to write s.
func suggest(s string) string { return "write " + head(cells(s), widthAll) }
