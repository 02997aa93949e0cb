package kmsg

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkCollect counts a datagram as one operation.
func BenchmarkCollect(b *testing.B) {
	long := strings.Repeat("x", 1800)
	for _, hosts := range []int{1, 1000} {
		for _, kind := range []struct {
			name  string
			parts int
			build func(dst []byte, seq, part int) []byte
		}{
			{"basic", 1, func(dst []byte, seq, _ int) []byte {
				return append(dst, "[   47.750659] e1000e 0000:00:1f.6 eth0: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx\n"...)
			}},
			{"extended", 1, func(dst []byte, seq, _ int) []byte {
				dst = append(dst, "7.3.4+deb13-cloud-amd64,6,"...)
				dst = strconv.AppendInt(dst, int64(seq), 10)
				return append(dst, ",47750659,-;e1000e 0000:00:1f.6 eth0: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1f.6\n"...)
			}},
			{"msgid", 1, func(dst []byte, seq, _ int) []byte {
				dst = strconv.AppendInt(append(dst, "6,"...), int64(seq), 10)
				dst = append(dst, ",47750659,-;e1000e 0000:00:1f.6 eth0: NIC Link is Up\n cpu=3\n taskname=kworker/0:1\n release=7.3.4\n msgid="...)
				return append(strconv.AppendInt(dst, int64(seq), 10), '\n')
			}},
			{"gaps", 1, func(dst []byte, seq, _ int) []byte {
				dst = strconv.AppendInt(append(dst, "6,"...), int64(2*seq), 10)
				return append(dst, ",47750659,-;e1000e 0000:00:1f.6 eth0: NIC Link is Up\n"...)
			}},
			{"fragmented", 2, func(dst []byte, seq, part int) []byte {
				dst = strconv.AppendInt(append(dst, "6,"...), int64(seq), 10)
				dst = strconv.AppendInt(append(dst, ",47750659,-,ncfrag="...), int64(960*part), 10)
				dst = append(dst, "/1801;"...)
				return append(append(dst, long[part*960:min(part*960+960, 1800)]...), "\n"[1-part:]...)
			}},
		} {
			b.Run(fmt.Sprintf("%s/hosts=%d", kind.name, hosts), func(b *testing.B) {
				delivered := 0
				c := NewCollector(CollectOptions{Deliver: func(*Message) { delivered++ }})
				list := make([]netip.AddrPort, hosts)
				for i := range list {
					list[i] = netip.AddrPortFrom(netip.AddrFrom16([16]byte{0xfd, 14: byte(i >> 8), 15: byte(i)}), 6665)
				}
				now := time.Unix(1e9, 0)
				var buf []byte
				host, seq, part := 0, 0, 0
				b.ReportAllocs()
				for b.Loop() {
					buf = kind.build(buf[:0], seq, part)
					now = now.Add(10 * time.Microsecond)
					c.Receive(now, list[host], buf)
					if part++; part == kind.parts {
						part = 0
						if host++; host == hosts {
							host, seq = 0, seq+1
						}
					}
				}
				c.Flush()
				if a := c.Totals().Account; a.Check() != nil || uint64(delivered) != a.Delivered || delivered < b.N/kind.parts {
					b.Fatalf("%+v", a)
				}
			})
		}
	}
}
