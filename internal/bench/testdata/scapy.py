# The same frame n times, as somebody who sends with scapy does it.
import sys

from scapy.all import Ether, conf, sendp

conf.verb = 0
device, data, n = sys.argv[1], bytes.fromhex(sys.argv[2]), int(sys.argv[3])
sendp(Ether(data), iface=device, count=n)
