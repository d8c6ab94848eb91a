# SPDX-License-Identifier: MIT
#
# How long a spinner is busy.
@0xc0a50000000000d7;

struct Config {
	ms @0 :UInt32 = 1;
}
