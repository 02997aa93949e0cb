package main

import (
	"strings"
	"testing"
)

const procSNMP6 = `Ip6InReceives                   	9
Udp6InDatagrams                 	300000
Udp6NoPorts                     	2
Udp6InErrors                    	17
Udp6OutDatagrams                	5
Udp6RcvbufErrors                	17
UdpLite6InDatagrams             	8
`

func TestUDP6(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want counts
		ok   bool
	}{
		{procSNMP6, counts{received: 300000, lost: 19}, true},
		{strings.ReplaceAll(procSNMP6, "300000", "0"), counts{lost: 19}, true},
		{strings.ReplaceAll(procSNMP6, "300000", "many"), counts{}, false},
		{strings.ReplaceAll(procSNMP6, "Udp6InErrors", "Udp6OutErrors"), counts{}, false},
		{"", counts{}, false},
	} {
		got, err := udp6(tt.in)
		if (err == nil) != tt.ok || tt.ok && got != tt.want {
			t.Errorf("%+v, %v; want %+v, %v", got, err, tt.want, tt.ok)
		}
	}
}
