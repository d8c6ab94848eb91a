# SPDX-License-Identifier: MIT
#
# Configuration of the second hand.
@0xc0a5000000000d12;

struct Config @0xc0a5c0a520000d12 {
	# After so many it exits. 0: never.
	seconds @0 :UInt32;
}
