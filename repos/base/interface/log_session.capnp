# SPDX-License-Identifier: MIT
#
# LOG: lines of text, shown with the session's label in front.
@0xc0a500000000000b;

interface Log @0xc0a5c0a520000010 {
	# Text without a final newline is continued by the next write.
	write @0 (text :Text) -> ();
}
