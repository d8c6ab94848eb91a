# SPDX-License-Identifier: MIT
#
# Configuration of the counter.
@0xc0a5000000000d11;

struct Config @0xc0a5c0a520000d11 {
	# What no session's total exceeds.
	limit @0 :UInt64 = 1000;
}
