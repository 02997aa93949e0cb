package send

import (
	"slices"

	"netkmsg/internal/netconsole"
	"netkmsg/kmsg"
)

// format makes a target's formatter of the flags.
func (o *Options) format(t netconsole.Target) (*kmsg.Formatter, error) {
	f := kmsg.Format{Extended: t.Extended, MsgID: slices.Contains(o.Sysdata, "msgid")}
	for _, s := range o.Sysdata {
		switch s {
		case "release", "msgid":
		case "cpu", "taskname":
			return nil, usagef("--sysdata %s: /dev/kmsg does not tell it; want release, msgid", s)
		default:
			return nil, usagef("--sysdata %q: want release, msgid", s)
		}
	}
	sys := slices.Contains(o.Sysdata, "release")
	if t.Release || sys {
		rel := o.Release
		if rel == "" {
			var err error
			if rel, err = release(); err != nil {
				return nil, err
			}
		}
		if t.Release {
			f.Release = rel
		}
		if sys {
			f.SysRelease = rel
		}
	}
	for _, s := range o.Userdata {
		u, err := kmsg.ParseUserdata(s)
		if err != nil {
			return nil, usagef("--userdata: %w", err)
		}
		f.Userdata = append(f.Userdata, u)
	}
	switch o.PrintkTime {
	case "auto":
		f.NoTime = o.live() && !PrintkTime()
	case "true", "false":
		f.NoTime = o.PrintkTime == "false"
	default:
		return nil, usagef("--printk-time %q: want true, false or auto", o.PrintkTime)
	}
	switch o.MsgFormat {
	case "default", "syslog":
		f.Syslog = o.MsgFormat == "syslog"
	default:
		return nil, usagef("--console-msg-format %q: want default or syslog", o.MsgFormat)
	}
	k, err := kmsg.NewFormatter(f)
	if err != nil {
		return nil, usageError{err}
	}
	return k, nil
}
