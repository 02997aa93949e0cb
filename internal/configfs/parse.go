package configfs

import (
	"strings"

	"netkmsg/frame"
	"netkmsg/internal/netconsole"
	"netkmsg/internal/targets"
)

// Parse reads what Format writes. What is not there has the kernel's default; blank lines, blanks around words and
// comments do not matter. Every value is one that the file of that name accepts. The error is a *SyntaxError, for the
// first fault.
func Parse(text []byte) ([]targets.Saved, error) {
	p := parser{names: map[string]int{}}
	for s := range strings.Lines(string(text)) {
		p.line++
		ws, err := split(strings.TrimSuffix(s, "\n"), p.line)
		if err != nil {
			return nil, err
		}
		if err := p.statement(ws); err != nil {
			return nil, err
		}
	}
	p.end()
	return p.done, nil
}

type parser struct {
	line     int
	done     []targets.Saved
	names    map[string]int // lines of targets
	paths    map[string]int // lines of the present target's files; nil before the first
	now      targets.Saved
	userdata netconsole.Userdata
}

func (p *parser) statement(ws []word) error {
	switch {
	case len(ws) == 0:
		return nil
	case ws[0].text == "target":
		return p.target(ws)
	case p.paths == nil:
		return ws[0].fault("%q stands before any target; a line `target NAME` comes first", ws[0].text)
	}
	return p.value(ws)
}

func (p *parser) target(ws []word) error {
	if len(ws) != 2 {
		return ws[0].fault("a target has one name: target NAME")
	}
	name := ws[1]
	switch n := name.text; {
	case n == "", n == ".", n == "..", n == ReportDir, len(n) > maxName, strings.ContainsAny(n, "/\x00"):
		return name.fault("%q cannot be the name of a directory", n)
	case p.names[n] > 0:
		return name.fault("target %q is there already, in line %d", n, p.names[n])
	}
	p.end()
	p.names[name.text] = p.line
	p.paths = map[string]int{}
	p.now = targets.Saved{Name: name.text, Attributes: netconsole.DefaultAttributes()}
	p.userdata = netconsole.Userdata{}
	return nil
}

func (p *parser) end() {
	if p.paths != nil {
		p.now.Userdata = p.userdata.Lines()
		p.done = append(p.done, p.now)
	}
}

func (p *parser) value(ws []word) error {
	path := ws[0]
	switch {
	case p.paths[path.text] > 0:
		return path.fault("%s is there already, in line %d", path.text, p.paths[path.text])
	case len(ws) < 2:
		return path.fault(`%s needs a value; an empty one is ""`, path.text)
	}
	p.paths[path.text] = p.line
	rest := ws[2:]
	if len(rest) > 0 && p.note(path.text, rest[0].text) {
		rest = rest[1:]
	}
	if len(rest) > 0 {
		return rest[0].fault("unexpected %q; a value with blanks is quoted", rest[0].text)
	}
	return p.store(path, ws[1])
}

// note takes what may stand behind a value.
func (p *parser) note(path, text string) bool {
	switch path {
	case "local_ip":
		p.now.Chosen = text == automatic
		return p.now.Chosen
	case "dev_name":
		mac, err := frame.ParseMAC(text)
		p.now.Attributes.DeviceMAC = mac
		return err == nil
	}
	return false
}

// store does what writing the value to the file would do.
func (p *parser) store(path, value word) error {
	data := []byte(value.text)
	if strings.Contains(value.text, "\x00") {
		return value.fault("a value ends before a NUL")
	}
	if value.text == "" || strings.HasSuffix(value.text, "\n") {
		data = append(data, '\n') // the one that a store takes away
	}
	rest, deeper := strings.CutPrefix(path.text, userdata+"/")
	key, file, isKey := strings.Cut(rest, "/")
	var err error
	switch {
	case path.text == enabled:
		if value.text != "0" && value.text != "1" {
			return value.fault("enabled is 0 or 1, not %q", value.text)
		}
		p.now.Wanted = value.text == "1"
	case !deeper && isFile(targetFiles, rest):
		err = p.now.Attributes.Store(rest, data, false)
	case deeper && isFile(userdataFiles, rest):
		err = p.now.Features.Store(rest, data)
	case deeper && isKey && isFile(keyFiles, file):
		if err := p.userdata.Make(key); err != nil {
			return path.fault("key %q: %v", key, err)
		}
		err = p.userdata.Store(key, data)
	default:
		return path.fault("a target has no file %q that can be set", path.text)
	}
	if err != nil {
		return value.fault("%s cannot be %q: %v", path.text, value.text, err)
	}
	return nil
}

// isFile reports whether there is such a file and it can be written.
func isFile(fs []file, name string) bool {
	for _, f := range fs {
		if f.name == name {
			return f.mode == readWrite
		}
	}
	return false
}
