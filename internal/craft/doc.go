// Package craft makes Ethernet frames with UDP over IPv6 or IPv4 from a
// description of their fields, for people who test networks.
//
// A [Recipe] says what every field is to be: a value, a range that is swept, or
// chance. Its zero value is of no use; [Default] has every field at its default,
// and [Recipe.Set] changes one by the name and in the grammar of its flag.
// [Recipe.Sequence] checks it against a [Host] and lays out its frames:
//
//	r := craft.Default()
//	err := r.Set("dport", "1000-1999") // likewise for every name in craft.Fields()
//	s, err := r.Sequence(craft.Host{}) // the zero Host: no device, documentation addresses
//	f, err := s.Frame(7, buf)          // the eighth frame
//
// A Sequence is random access: a frame depends on its number, the recipe and the
// seed, and on nothing that came before, so that any number of workers give the
// same bytes. Sweeping copies a template, patches the swept fields and updates
// the checksums for these alone (RFC 1624); it allocates nothing.
//
// The package opens nothing and reads no clock. How frames get onto a device is
// package transmit's.
package craft
