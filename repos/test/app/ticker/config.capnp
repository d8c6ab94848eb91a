# SPDX-License-Identifier: MIT
#
# How long a ticker works.
@0xc0a5000000000084;

struct Config {
	ticks    @0 :UInt32 = 10;
	periodMs @1 :UInt32 = 1;
}
