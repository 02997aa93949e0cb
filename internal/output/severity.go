package output

import (
	"strconv"
	"strings"
)

// severities are the names of the levels 0 to 7, as syslog.conf has them.
var severities = [8]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}

// facilities are the names of the facilities 0 to 23 (RFC 5424 table 1, in the
// words of syslog.h).
var facilities = [24]string{
	"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
	"ntp", "audit", "console", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
}

var severityAliases = map[string]int{"emergency": 0, "panic": 0, "critical": 2, "error": 3, "warn": 4, "informational": 6}

// severityNumber reads a severity's name or number.
func severityNumber(s string) (int, bool) {
	if n, ok := severityAliases[strings.ToLower(s)]; ok {
		return n, true
	}
	return numberOrName(s, severities[:])
}

// facilityNumber reads a facility's name or number. The kernel knows more
// facilities than have names.
func facilityNumber(s string) (int, bool) {
	if n, err := strconv.ParseUint(s, 10, 29); err == nil {
		return int(n), true
	}
	return numberOrName(s, facilities[:])
}

func numberOrName(s string, names []string) (int, bool) {
	for i, name := range names {
		if strings.EqualFold(s, name) || s == strconv.Itoa(i) {
			return i, true
		}
	}
	return 0, false
}
