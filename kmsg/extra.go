package kmsg

import "strconv"

// Extra is what a target appends to extended records, in this order. The kernel
// calls all but Userdata sysdata.
type Extra struct {
	Userdata   []Userdata
	CPU        bool   // cpu=N: the processor on which the record was logged, where Origin tells it
	TaskName   bool   // taskname=C: the task that logged it, likewise
	SysRelease string // release=R; empty for none
	MsgID      bool   // msgid=N: counts the records for which it is on, from 1
}

// Block is an Extra in the form in which it is sent. It does not change.
type Block struct {
	userdata, release     []byte
	cpu, taskName, counts bool
}

// Block checks the parts against the kernel's limits.
func (e Extra) Block() (*Block, error) {
	if err := checkRelease(e.SysRelease); err != nil {
		return nil, err
	}
	userdata, err := userdataBlock(e.Userdata)
	if err != nil {
		return nil, err
	}
	b := &Block{userdata: userdata, cpu: e.CPU, taskName: e.TaskName, counts: e.MsgID}
	if e.SysRelease != "" {
		b.release = []byte(" release=" + e.SysRelease + "\n")
	}
	return b, nil
}

// Append makes b what is appended from the next record on. The numbers of
// msgid go on.
func (f *Formatter) Append(b *Block) { f.extra = b }

// MsgID returns the number that msgid told last, 0 before the first.
func (f *Formatter) MsgID() uint32 { return f.msgid }

// SetMsgID makes msgid go on after n, which another Formatter told last: it
// counts over a target's being switched off and on.
func (f *Formatter) SetMsgID(n uint32) { f.msgid = n }

// Extended reports which format it is.
func (f *Formatter) Extended() bool { return f.format.Extended }

// Wants reports whether Origin is of use for the next record.
func (f *Formatter) Wants() bool {
	return f.Extended() && (f.extra.cpu || f.extra.taskName)
}

// Origin tells on which processor the next record was logged, and by the task
// of which name, at most 15 bytes (TASK_COMM_LEN), sent as they are. A record
// of which it is not told goes without these lines.
func (f *Formatter) Origin(cpu int, task string) {
	f.origin = origin{cpu, task[:min(len(task), taskMax)], true}
}

const taskMax = 15

type origin struct {
	cpu   int
	task  string
	known bool
}

// appendSysdata appends the lines of the record under way.
func (f *Formatter) appendSysdata(dst []byte) []byte {
	b, o := f.extra, f.origin
	if b.cpu && o.known {
		dst = append(strconv.AppendInt(append(dst, " cpu="...), int64(o.cpu), 10), '\n')
	}
	if b.taskName && o.known {
		dst = append(append(append(dst, " taskname="...), o.task...), '\n')
	}
	dst = append(dst, b.release...)
	if b.counts {
		f.msgid++
		dst = append(strconv.AppendUint(append(dst, " msgid="...), uint64(f.msgid), 10), '\n')
	}
	return dst
}
