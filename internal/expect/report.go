package expect

import (
	"encoding/hex"
	"fmt"
	"time"

	"netkmsg/frame"
	"netkmsg/frame/match"
	"netkmsg/internal/craft"
)

// A Report is a frame that matched, for programs: with the keys of craft's, as
// far as the frame has the fields.
type Report struct {
	Time string `json:"time"` // RFC 3339 with nanoseconds, UTC
	craft.Report
	Protocol   *uint `json:"protocol,omitempty"` // what IP carries
	Unfinished bool  `json:"checksum_unfinished,omitempty"`
}

// NewReport describes a frame, the number'th that matched.
func NewReport(at time.Time, number int, f match.Frame) Report {
	r := Report{Time: at.UTC().Format(time.RFC3339Nano), Unfinished: f.Unfinished}
	r.Frame, r.Length, r.Bytes = uint64(number), len(f.Data), hex.EncodeToString(f.Data)
	if f.Layers.Link && f.Link == frame.LinkEthernet && f.Data != nil {
		r.DstMAC, r.SrcMAC = f.Target.MAC.String(), f.Source.MAC.String()
	}
	for _, v := range f.VLANs {
		r.VLANs = append(r.VLANs, craft.TagReport{TPID: fmt.Sprintf("%#04x", v.TPID), Priority: uint(v.Priority), DEI: v.DropEligible, ID: uint(v.ID)})
	}
	if f.EtherType != 0 {
		r.EtherType = fmt.Sprintf("%#04x", f.EtherType)
	}
	if f.Version != 0 {
		r.ip(f)
	}
	if f.UDP {
		r.SrcPort, r.DstPort = ref(f.Source.Port), ref(f.Target.Port)
		if f.Data != nil {
			r.UDPLength, r.UDPChecksum = ref(f.UDPLength), fmt.Sprintf("%#04x", f.UDPChecksum)
		}
	}
	payload := hex.EncodeToString(f.Payload)
	r.Payload, r.Padding = &payload, hex.EncodeToString(f.Padding)
	if f.Data != nil {
		for _, e := range f.Faults() {
			r.Deviations = append(r.Deviations, fmt.Sprintf("%s %s is %s, should be %s", e.Layer, e.Field, e.Got, e.Want))
		}
	}
	return r
}

func (r *Report) ip(f match.Frame) {
	r.Version, r.Protocol = ref(f.Version), ref(f.Protocol)
	r.SrcIP, r.DstIP = f.Source.Addr.String(), f.Target.Addr.String()
	r.TrafficClass, r.DSCP, r.ECN, r.HopLimit = ref(f.TrafficClass), ref(f.TrafficClass>>2), ref(f.TrafficClass&3), ref(f.HopLimit)
	if f.Data == nil {
		return
	}
	if f.Version == 4 {
		r.ID, r.DontFragment = ref(f.ID), &f.DontFragment
		return
	}
	r.FlowLabel = ref(f.FlowLabel)
	for _, e := range f.Extensions {
		x := craft.ExtensionReport{Type: uint(e.Type), Name: names[e.Type], Bytes: hex.EncodeToString(e.Body)}
		if e.Type == frame.NextFragment {
			x.Offset, x.More, x.ID = ref(f.Fragment.Offset), &f.Fragment.More, ref(f.Fragment.ID)
		}
		r.Extensions = append(r.Extensions, x)
	}
}

// names are those that craft gives extension headers.
var names = map[uint8]string{frame.NextHopByHop: "hop-by-hop", 43: "routing", frame.NextFragment: "fragment", 51: "authentication", frame.NextDestination: "dest-options"}

func ref[T uint8 | uint16 | uint32 | int](v T) *uint {
	u := uint(v)
	return &u
}

// A Summary is the outcome for programs.
type Summary struct {
	Met     bool   `json:"met"`
	Wanted  int    `json:"wanted"`
	Matched int    `json:"matched"`
	Seen    int    `json:"seen"`
	Dropped uint64 `json:"dropped"`
	Error   string `json:"error,omitempty"`
	Nearest []Miss `json:"nearest,omitempty"` // the frame that came nearest, where too few matched
}

// A Miss is a field of a frame that did not match.
type Miss struct {
	Field  string `json:"field"`
	Wanted string `json:"wanted"`
	Got    string `json:"got"`
	Agrees bool   `json:"agrees"`
}

// Summary puts the outcome, of which err is the error, into one value.
func (o *Outcome) Summary(err error) Summary {
	s := Summary{Met: err == nil, Wanted: o.Count, Matched: o.Matched, Seen: o.Seen, Dropped: o.Dropped}
	if err != nil {
		s.Error = err.Error()
	}
	if r, ok := o.Nearest(); ok && o.Matched < o.Count {
		for _, v := range r.Verdicts {
			s.Nearest = append(s.Nearest, Miss{v.Name, v.Want, v.Got, v.Agrees})
		}
	}
	return s
}
