# SPDX-License-Identifier: MIT
#
# What is measured.
@0xc0a5000000000091;

struct Config {
	suite   @0 :Suite;
	delayMs @1 :UInt32; # before it begins, so that another one has ended
	id      @2 :Text;   # of a suite with one figure: its name, if not the usual one
	count   @3 :UInt32; # of sessions
}

enum Suite {
	kernel @0;  # system calls, signals, rings, threads within one address space
	memory @1;  # faults, mappings, memory objects
	ipc @2;     # calls and signals to bench_server
	session @3; # sessions at bench_server
	child @4;   # children
	irq @5;     # an interrupt of the real-time clock
	sessions @6; # as many at a time as `count` says
	clock @7;    # nothing: says what the counter is
}
