# Builds with scapy the frames that are described on standard input, a JSON
# object a line, and writes each as a line of hexadecimal digits.
import json
import sys

from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import (HBHOptUnknown, IPv6, IPv6ExtHdrDestOpt,
                                IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                                RouterAlert)
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Padding, Raw

IPV4, IPV6 = 0x0800, 0x86DD
HOP_BY_HOP, UDP_PROTO, FRAGMENT, DESTINATION = 0, 17, 44, 60


def options(listed):
    made = []
    for o in listed or []:
        if "alert" in o:
            made.append(RouterAlert(value=o["alert"]))
        else:
            made.append(HBHOptUnknown(otype=o["type"], optdata=bytes.fromhex(o["data"])))
    return made


def ipv4(s, version):
    return IP(version=version, src=s["src"], dst=s["dst"], tos=s["tc"], ttl=s["hops"],
              id=s["id"], flags="DF" if s["df"] else 0, proto=UDP_PROTO)


def ipv6(s, version):
    chain = []
    if "hop" in s:
        chain.append((HOP_BY_HOP, IPv6ExtHdrHopByHop(options=options(s["hop"]))))
    if "fragment" in s:
        g = s["fragment"]
        chain.append((FRAGMENT, IPv6ExtHdrFragment(offset=g["offset"] // 8, m=int(g["more"]), id=g["id"])))
    if "dest" in s:
        chain.append((DESTINATION, IPv6ExtHdrDestOpt(options=options(s["dest"]))))
    packet = IPv6(version=version, src=s["src"], dst=s["dst"], tc=s["tc"], fl=s["flow"], hlim=s["hops"])
    types = [t for t, _ in chain] + [UDP_PROTO]
    packet.nh = types[0]
    for (_, header), following in zip(chain, types[1:]):
        header.nh = following
        packet = packet / header
    return packet


def build(s):
    version = 5 if s["bad"] == "version" else s["version"]
    own = IPV4 if s["version"] == 4 else IPV6
    types = [v["tpid"] for v in s["vlans"]] + [s["ethertype"] or own]
    link = Ether(dst=s["dmac"], src=s["smac"], type=types[0])
    for v, following in zip(s["vlans"], types[1:]):
        link = link / Dot1Q(prio=v["pcp"], id=v["dei"], vlan=v["vid"], type=following)
    packet = ipv4(s, version) if s["version"] == 4 else ipv6(s, version)
    udp = UDP(sport=s["sport"], dport=s["dport"])
    if s["checksum"] >= 0:
        udp.chksum = s["checksum"]
    payload = bytes.fromhex(s["payload"])
    if s["bad"] == "length":
        # The checksum is the right one for the length there is.
        whole = UDP(bytes(packet / udp / Raw(payload))[-8 - len(payload):])
        udp.len, udp.chksum = 8 + len(payload) + 8, whole.chksum
    packet = packet / udp / Raw(payload)
    if s["pad"]:
        packet = packet / Padding(bytes.fromhex(s["pad"]))
    b = bytes(link / packet)
    return b[:s["size"]] if s["bad"] == "truncate" else b


for line in sys.stdin:
    print(build(json.loads(line)).hex())
