"""A bad wireless link between two network namespaces: packets are lost, late and slow; TCP is the machine's own.

Both ends are TUN devices and this program is the ether between them. `tc netem` would do the same, where the kernel has it.

    python -m tests.faults.lossy_link BOOTH TABLETS --loss 0.3 0 --delay 2 0 --rate 64000

Loss and delay are those of packets from the tablets and of packets to them: `0.3 0` is what `tc netem` on the tablets' device does.
"""

import argparse
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
NEWNET = 0x40000000
DEVICE = "ether0"


def enter(namespace):
    """This thread lives in the namespace from now on: the sockets it opens are there."""
    with open(f"/run/netns/{namespace}") as handle:
        if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")


def tun(namespace):
    enter(namespace)
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    return device


def tablet_of(packet):
    """The tablet's port, whichever way the packet goes: each tablet has a rate of its own."""
    ports = struct.unpack("!HH", packet[20:24]) if packet[9] == 6 else (0, 0)
    return max(ports)


def carry(ends, *, loss, delay, rate, rng):
    """Move packets for ever. `ends` are the booth's and the tablets'."""
    waiting, free, number = [], {}, 0
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        for end in select.select(ends, [], [], timeout)[0]:
            packet, to_tablets = os.read(end, 65536), end == ends[0]
            if packet[0] >> 4 != 4 or rng.random() < loss[to_tablets]:
                continue
            way = (end, tablet_of(packet))
            begin = max(time.monotonic(), free.get(way, 0))
            free[way] = begin + len(packet) * 8 / rate
            number += 1
            heapq.heappush(waiting, (free[way] + delay[to_tablets], number, ends[1 - ends.index(end)], packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(waiting)
            os.write(end, packet)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("namespaces", nargs=2)
    parser.add_argument("--loss", type=float, nargs=2)
    parser.add_argument("--delay", type=float, nargs=2, help="seconds")
    parser.add_argument("--rate", type=float, help="bits a second for each tablet and way")
    options = parser.parse_args()
    ends = [tun(namespace) for namespace in options.namespaces]
    print("carrying", flush=True)
    carry(ends, loss=options.loss, delay=options.delay, rate=options.rate, rng=random.Random(16))


if __name__ == "__main__":
    main()
