# SPDX-License-Identifier: MIT
#
# Timer: nanoseconds since boot, and alarms by signal.
@0xc0a500000000000c;

using Kernel = import "/kernel.capnp";

interface Timer @0xc0a5c0a520000011 {
	now     @0 () -> (now :UInt64);
	watch   @1 (alarm :Kernel.Signal) -> ();
	# One alarm per session: at `at`, then every `period` ns; period 0: once. `at` 0 disarms.
	trigger @2 (at :UInt64, period :UInt64) -> ();
}
