package configfs

import (
	"encoding/json"
	"os"
	"slices"
	"time"

	"netkmsg/internal/netconsole"
	"netkmsg/internal/targets"
)

// Status is what the file status of ReportDir has, as JSON.
type Status struct {
	PID     int            `json:"pid"` // of the daemon
	Targets []TargetStatus `json:"targets"`
}

// TargetStatus is what a target is doing.
type TargetStatus struct {
	Name  string    `json:"name"`
	State string    `json:"state"` // disabled, enabled, paused, waiting
	Why   string    `json:"why"`
	Since time.Time `json:"since"`

	Device     string `json:"device"`              // its name, or its MAC address if it is found by that
	SourceMAC  string `json:"source_mac"`          // of the open device; "" if there is none
	SourceIP   string `json:"source_ip"`           // in use; "" if it is still to be chosen
	Chosen     bool   `json:"source_ip_automatic"` // chosen, not given
	SourcePort uint16 `json:"source_port"`
	TargetMAC  string `json:"target_mac"`
	TargetIP   string `json:"target_ip"`
	TargetPort uint16 `json:"target_port"`
	Extended   bool   `json:"extended"`
	Release    bool   `json:"release"`

	// read = sent + filtered + dropped + lost + in_flight
	Read           uint64 `json:"read"`
	Sent           uint64 `json:"sent"`
	Filtered       uint64 `json:"filtered"`
	Dropped        uint64 `json:"dropped"`
	Lost           uint64 `json:"lost"`
	InFlight       uint64 `json:"in_flight"`
	Frames         uint64 `json:"frames"`
	Bytes          uint64 `json:"bytes"`
	TransmitErrors uint64 `json:"transmit_errors"`

	Tries   int        `json:"tries,omitempty"` // to get the device back
	NextTry *time.Time `json:"next_try,omitempty"`
}

func statusReport(list []*targets.Target) ([]byte, error) {
	s := Status{PID: os.Getpid(), Targets: make([]TargetStatus, len(list))}
	for i, t := range list {
		saved := t.Saved()
		s.Targets[i] = statusOf(t.Status(), saved.Attributes.Target())
	}
	b, err := json.MarshalIndent(s, "", " ")
	return append(b, '\n'), err
}

func statusOf(st targets.Status, t netconsole.Target) TargetStatus {
	s := TargetStatus{
		Name:           st.Name,
		State:          st.State.String(),
		Why:            st.Why,
		Since:          st.Since,
		Device:         t.Device,
		Chosen:         st.Chosen,
		SourcePort:     t.LocalPort,
		TargetMAC:      t.RemoteMAC.String(),
		TargetIP:       t.RemoteAddr.String(),
		TargetPort:     t.RemotePort,
		Extended:       t.Extended,
		Release:        t.Release,
		Read:           st.Counts.Read,
		Sent:           st.Counts.Sent,
		Filtered:       st.Counts.Filtered,
		Dropped:        st.Counts.Dropped,
		Lost:           st.Counts.Lost,
		InFlight:       st.Counts.InFlight(),
		Frames:         st.Counts.Frames,
		Bytes:          st.Counts.Bytes,
		TransmitErrors: st.TransmitErrors,
		Tries:          st.Tries,
	}
	switch {
	case st.LocalAddr.IsValid():
		s.SourceIP = st.LocalAddr.String()
	case t.LocalAddr.IsValid():
		s.SourceIP = t.LocalAddr.String()
	}
	if st.State.On() {
		s.SourceMAC = st.LocalMAC.String()
	}
	if st.Device != "" {
		s.Device = st.Device
	}
	if !st.NextTry.IsZero() {
		s.NextTry = &st.NextTry
	}
	return s
}

// configReport has a line for each target: its name, and the target as a netconsole= parameter.
func configReport(list []*targets.Target) (b []byte) {
	for _, t := range list {
		b = append(appendWord(b, t.Name()), " netconsole="...)
		b = append(append(b, t.Config()...), '\n')
	}
	return b
}

// logReport has the latest events of all targets, oldest first.
func logReport(list []*targets.Target) (b []byte) {
	type line struct {
		targets.Event
		name string
	}
	var lines []line
	for _, t := range list {
		for _, e := range t.Events() {
			lines = append(lines, line{e, t.Name()})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.Time.Compare(b.Time) })
	for _, l := range lines {
		b = l.Time.AppendFormat(b, "2006-01-02 15:04:05.000 ")
		b = append(appendWord(b, l.name), ": "...)
		b = append(append(b, l.Text...), '\n')
	}
	return b
}
