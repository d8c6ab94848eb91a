# SPDX-License-Identifier: MIT
#
# Counter: each session counts for itself, from 0.
@0xc0a5000000000d10;

interface Counter @0xc0a5c0a520000d10 {
	# Adds to what the session has counted, and answers it. Over the limit of the server: ERR_BAD_ARG,
	# and nothing is added.
	add @0 (amount :UInt32) -> (total :UInt64);
}
