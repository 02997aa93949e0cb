package craft

import (
	"strings"

	"netkmsg/frame"
	"netkmsg/internal/explain"
)

// flagOf names the flag that a field of a frame comes from.
var flagOf = map[string]string{
	"Ethernet Destination Address": "dst-mac", "Ethernet Source Address": "src-mac",
	"IPv6 Traffic Class": "traffic-class", "IPv4 Type of Service": "traffic-class",
	"IPv6 Flow Label": "flow-label", "IPv6 Hop Limit": "hop-limit", "IPv4 Time to Live": "hop-limit",
	"IPv4 Identification": "ip-id", "IPv4 Don't Fragment": "df",
	"IPv6 Source Address": "src-ip", "IPv4 Source Address": "src-ip",
	"IPv6 Destination Address": "dst-ip", "IPv4 Destination Address": "dst-ip",
	"UDP Source Port": "sport", "UDP Destination Port": "dport",
	"Payload Data": "payload", "VLAN VID": "vlan",
}

// annotate says in a field's note where its value is from: a default, or a flag
// that gives other values in other frames.
func (r *Recipe) annotate(x *frame.Field, s *Sequence) {
	if strings.HasPrefix(x.Note, explain.Mark) {
		return
	}
	flag, ok := flagOf[x.Layer+" "+x.Name]
	if !ok {
		return
	}
	note := x.Note
	if note == "netpoll's" {
		note = ""
	}
	switch {
	case s.varies(x):
		note = join(note, "varies")
	case !r.set(flag):
		note = join(note, "default")
	}
	x.Note = note
}

// set reports whether one of the flags was given that a field may come from.
func (r *Recipe) set(flag string) bool {
	group := []string{flag}
	switch flag {
	case "payload":
		group = append(group, "payload-hex", "payload-file", "payload-pattern", "payload-size")
	case "traffic-class":
		group = append(group, "dscp", "ecn")
	}
	for _, name := range group {
		if r.like || r.Given(name) {
			return true
		}
	}
	return false
}

// varies reports whether a field is not the same in every frame.
func (s *Sequence) varies(x *frame.Field) bool {
	for _, a := range s.axes {
		if a.width == 0 || 8*a.at > x.Offset || 8*(a.at+a.width) < x.Offset+x.Len {
			continue
		}
		if a.width > 4 {
			return true
		}
		low := 8*(a.at+a.width) - x.Offset - x.Len // bits of the window behind the field
		if x.Len >= 32 || a.mask>>low&(1<<x.Len-1) != 0 {
			return true
		}
	}
	return s.tail != nil && x.Layer == "Payload" || s.group && x.Offset == 0
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}
