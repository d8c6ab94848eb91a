# SPDX-License-Identifier: MIT
#
# What the state watcher reads, and when it has seen enough.
@0xc0a50000000000a1;

struct Config {
	rom      @0 :Text = "state";
	delayMs  @1 :UInt32;          # no two reports are made within less
	child    @2 :Text;            # it exits when this child is reported …
	state    @3 :Text = "exited"; # … in this state
}
