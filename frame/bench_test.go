package frame_test

import (
	"fmt"
	"testing"

	"github.com/google/gopacket"

	"netkmsg/frame"
)

// BenchmarkSeal builds frames around payloads of 120, 500 and 1000 bytes: in
// place, with the payload copied in first, and beside these the bare copying
// of as many bytes and gopacket, with one buffer for all frames and a new one
// and new layers for each.
func BenchmarkSeal(b *testing.B) {
	for _, family := range []struct {
		name   string
		header frame.Header
	}{{"IPv6", header6()}, {"IPv4", header4()}} {
		for _, n := range []int{120, 500, 1000} {
			payload := make([]byte, n)
			run := func(name string, f func() error) {
				b.Run(fmt.Sprintf("%s/%d/%s", family.name, n, name), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if err := f(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			tpl := mustTemplate(b, family.header)
			buf := make([]byte, tpl.HeaderLen()+n)
			whole := make([]byte, len(buf))
			run("seal", func() error { return tpl.Seal(buf) })
			run("copy+seal", func() error { copy(buf[tpl.HeaderLen():], payload); return tpl.Seal(buf) })
			run("copy", func() error { copy(whole, buf); return nil })

			list := append(gopacketLayers(b, family.header, 1), gopacket.Payload(payload))
			reused := gopacket.NewSerializeBuffer()
			run("gopacket-reused", func() error { return gopacket.SerializeLayers(reused, gopacketOptions, list...) })
			run("gopacket-fresh", func() error {
				list := append(gopacketLayers(b, family.header, 1), gopacket.Payload(payload))
				return gopacket.SerializeLayers(gopacket.NewSerializeBuffer(), gopacketOptions, list...)
			})
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{120, 500, 1000} {
		f := mustAppend(b, mustTemplate(b, header6()), make([]byte, n))
		for name, parse := range map[string]func([]byte) (frame.Frame, error){"verified": frame.Parse, "unverified": frame.ParseUnverified} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := parse(f); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
