# SPDX-License-Identifier: MIT
#
# How often a child is started and killed, and with how much.
@0xc0a5000000000085;

struct Config {
	rounds   @0 :UInt32 = 1000;
	# Each gets so much more than the one before, from nothing on, and may be refused; 0: plenty from the first.
	ramStep  @1 :UInt64;
	capsStep @2 :UInt32;
}
