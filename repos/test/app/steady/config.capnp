# SPDX-License-Identifier: MIT
#
# How often the honest work is done, and the pause in between.
@0xc0a5000000000093;

struct Config {
	cycles  @0 :UInt32 = 100;
	pauseUs @1 :UInt32 = 1000;
}
