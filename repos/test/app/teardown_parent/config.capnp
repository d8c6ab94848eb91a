# SPDX-License-Identifier: MIT
#
# How often a child is started and killed.
@0xc0a5000000000085;

struct Config {
	rounds @0 :UInt32 = 1000;
}
