# SPDX-License-Identifier: MIT
#
# The Echo sessions an asker asks for, all at once, and what has to come of each.
@0xc0a500000000008c;

struct Config {
	questions @0 :List(Question);
	answers  @1 :UInt32;          # it exits after so many; 0: all
	linger   @2 :Bool;            # … or it stays, with its sessions open
}

struct Question {
	label  @0 :Text;
	count  @1 :UInt32 = 1;        # so many of them
	status @2 :Text = "ok";       # in the words of <base/status_name.h>
}
