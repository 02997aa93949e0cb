package craft_test

import (
	"strings"
	"testing"
)

// BenchmarkFrame makes frames that vary in ways that cost more and more.
func BenchmarkFrame(b *testing.B) {
	for _, settings := range []string{
		"",
		"dport=1000-1999",
		"dst-ip=2001:db8::/112 dport=1000-1999",
		"dst-ip=192.0.2.0/24 src-mac=+1 dport=random payload-size=64",
		"payload-size=0-1472",
		"payload-pattern=random payload-size=500",
	} {
		b.Run("frame "+settings, func(b *testing.B) {
			s := sequence(b, strings.Fields(settings)...)
			buf := make([]byte, 0, s.Longest())
			b.ReportAllocs()
			i := uint64(0)
			for b.Loop() {
				if _, err := s.Frame(i, buf); err != nil {
					b.Fatal(err)
				}
				if i++; i == s.Len() {
					i = 0
				}
			}
		})
	}
}
