# What the programs of the boot test share. The trace goes to the console.
# shellcheck shell=sh
set -eux
trap 'failed $?' EXIT

failed() {
	[ "$1" = 0 ] || say "failed: $0: status $1 (the console has its trace)"
}

say() { echo "<6>boottest: $*" >/dev/kmsg; }

# await runs a command until it succeeds.
await() {
	until "$@"; do sleep 0.2; done
}

# not fails if a command succeeds, which set -e would let pass behind a !.
not() { if "$@"; then return 1; fi; }

# state prints a property of a unit.
state() { systemctl show --value -p "$2" "$1"; }

# is fails unless a unit's property has the value.
is() { [ "$(state "$1" "$2")" = "$3" ]; }
