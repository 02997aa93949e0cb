package configfs

// ReportDir is the directory of the root with what the kernel does not tell. Listings do not show it, so that a script
// that walks the tree finds targets only; targets cannot have its name.
const ReportDir = ".netkmsg"

// Limits of configfs.
const (
	pageSize  = 4096         // st_size of every attribute
	maxStore  = pageSize - 1 // bytes of a write that are taken
	maxName   = 255
	ownerRead = 0o444
	readWrite = 0o644
)

// A file is one of a kind of directory's.
type file struct {
	name string
	mode uint32
}

// The files of a target and of its userdata in the order in which drivers/net/netconsole.c defines them; configfs lists
// them backwards.
var (
	targetFiles = []file{
		{enabled, readWrite},
		{"extended", readWrite},
		{"release", readWrite},
		{"dev_name", readWrite},
		{"local_port", readWrite},
		{"remote_port", readWrite},
		{"local_ip", readWrite},
		{"remote_ip", readWrite},
		{"local_mac", ownerRead},
		{"remote_mac", readWrite},
		{"transmit_errors", ownerRead},
	}
	userdataFiles = []file{
		{"cpu_nr_enabled", readWrite},
		{"taskname_enabled", readWrite},
		{"release_enabled", readWrite},
		{"msgid_enabled", readWrite},
	}
	keyFiles    = []file{{"value", readWrite}}
	reportFiles = []file{{"config", ownerRead}, {"log", ownerRead}, {"state", ownerRead}, {"status", ownerRead}}
)

const (
	enabled  = "enabled"
	userdata = "userdata" // the directory that every target has
)
