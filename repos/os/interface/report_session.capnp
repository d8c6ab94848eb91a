# SPDX-License-Identifier: MIT
#
# Report: one document, and again whenever it has changed, for whoever may read it.
@0xc0a5000000000110;

using Kernel = import "/kernel.capnp";

struct ReportArgs @0xc0a5c0a530000001 {
	size @0 :UInt64; # at most so large
}

interface Report @0xc0a5c0a530000002 {
	# Where the content is written, of the size that was asked for; paid by the session.
	memory @0 () -> (memory :Kernel.MemoryObject);
	# The first `size` bytes of it are the report from now on. They are copied.
	submit @1 (size :UInt64) -> ();
}
