# SPDX-License-Identifier: MIT
#
# ROM: a read-only memory object, named by the last element of the label.
@0xc0a5000000000006;

using Kernel = import "/kernel.capnp";

interface Rom @0xc0a5c0a520000007 {
	# `size` is the content's; the object is rounded up to whole pages.
	dataspace @0 () -> (memory :Kernel.ReadOnly, size :UInt64);
	# Signalled when newer content can be had by asking again.
	watch     @1 (changed :Kernel.Signal) -> ();
}
