// Package match compares frames with what is expected of their fields, and says
// field by field how the nearest miss differs.
//
// A [Match] is a list of conditions with the names and grammar that netkmsg's
// commands have for flags:
//
//	m, err := match.Parse("dst-ip=fe80::/64", "dport=6666", "payload-contains=hello")
//	r := m.Test(match.Read(frame.LinkEthernet, b, false))
//	if !r.All() { fmt.Print(r) } // a table of what was wanted and what there is
//
// It reads whatever can be read of a frame: faulty ones, fragments and other
// protocols too. It opens nothing and has no state but what [Nearest] keeps.
package match
