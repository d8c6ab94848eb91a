# SPDX-License-Identifier: MIT
#
# How much harm is tried, and from which seed: the same seed tries the same.
@0xc0a5000000000092;

struct Config {
	seed  @0 :UInt64 = 1;
	calls @1 :UInt32 = 200000; # system calls of its own domain
	serve @2 :Bool;            # announces the service Trap and serves it badly
}
