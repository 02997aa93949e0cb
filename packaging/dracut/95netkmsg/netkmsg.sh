#!/bin/sh
# Sourced first of all hooks: the kernel log leaves from here on, as the
# kernel's command line says. The sender waits for its device, and goes on
# behind the real root until the system's own sender takes over at its cursor.
mkdir -p /run/netkmsg-send
/usr/bin/netkmsg-rescue --cmdline --cursor /run/netkmsg-send/cursor --yield 2> /dev/kmsg
