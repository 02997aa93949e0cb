package craft

import (
	"fmt"
	"strings"

	"netkmsg/frame"
)

// A VLAN is a tag whose ID may be swept.
type VLAN struct {
	TPID         uint16
	ID           Range
	Priority     uint8 // PCP
	DropEligible bool  // DEI
}

// tag returns the first tag of the sweep.
func (v VLAN) tag() frame.VLAN {
	return frame.VLAN{TPID: v.TPID, Priority: v.Priority, DropEligible: v.DropEligible, ID: uint16(v.ID.first)}
}

var tpids = map[string]uint16{
	"q": frame.TPIDCustomer, "8100": frame.TPIDCustomer, "0x8100": frame.TPIDCustomer,
	"ad": frame.TPIDService, "88a8": frame.TPIDService, "0x88a8": frame.TPIDService,
	"9100": frame.TPIDStacked, "0x9100": frame.TPIDStacked,
}

// maxTags is how many tags a frame may have: more than any switch looks at.
const maxTags = 16

// ParseVLANs reads tags with commas between, the outermost first: ID[:PCP[d]],
// where d sets DEI, with the TPID in front: ad/ for 0x88a8 (802.1ad), 9100/, or q/
// for 0x8100, which is what a tag without has. An ID may be a range. none is no tag.
func ParseVLANs(s string) ([]VLAN, error) {
	if s == "none" {
		return nil, nil
	}
	var list []VLAN
	for tag := range strings.SplitSeq(s, ",") {
		v, err := parseVLAN(tag)
		if err != nil {
			return nil, fmt.Errorf("tag %q: %w", tag, err)
		}
		list = append(list, v)
	}
	if len(list) > maxTags {
		return nil, fmt.Errorf("%d tags: want %d at most", len(list), maxTags)
	}
	return list, nil
}

func parseVLAN(s string) (v VLAN, err error) {
	v.TPID = frame.TPIDCustomer
	if name, rest, ok := strings.Cut(s, "/"); ok && tpids[name] != 0 {
		v.TPID, s = tpids[name], rest
	}
	id, pcp, ok := strings.Cut(s, ":")
	if strings.HasPrefix(s, "random:") { // of a range
		rest, p, more := strings.Cut(s[len("random:"):], ":")
		id, pcp, ok = "random:"+rest, p, more
	}
	if ok {
		pcp, v.DropEligible = strings.CutSuffix(pcp, "d")
		if len(pcp) != 1 || pcp[0] < '0' || pcp[0] > '7' {
			return v, fmt.Errorf("priority %q: want 0 to 7, and d behind it for drop eligible", pcp)
		}
		v.Priority = pcp[0] - '0'
	}
	v.ID, err = ParseRange(id, 4094)
	return v, err
}
