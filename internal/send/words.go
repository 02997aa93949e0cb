package send

// Words are what a flag of the sender takes, for shells to complete; nil where
// that cannot be listed.
func Words(flag string) []string {
	switch flag {
	case "backlog":
		return []string{"all", "new"}
	case "console-msg-format":
		return []string{"default", "syslog"}
	case "explain":
		return []string{"exit", "continue"}
	case "input":
		return []string{"auto", "kmsg", "text"}
	case "last-crash":
		return []string{"first", "only"}
	case "log-format":
		return []string{"text", "json"}
	case "loglevel":
		return []string{"all", "console", "0", "1", "2", "3", "4", "5", "6", "7", "8"}
	case "printk-time":
		return []string{"auto", "true", "false"}
	case "sysdata":
		return []string{"release", "msgid"}
	}
	return nil
}
