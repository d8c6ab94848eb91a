# SPDX-License-Identifier: MIT
#
# IO_MEM: a range of device memory, held by one session at a time; never RAM.
@0xc0a5000000000009;

using Kernel = import "/kernel.capnp";

struct IoMemArgs @0xc0a5c0a52000000c {
	address       @0 :UInt64;
	size          @1 :UInt64;
	writeCombined @2 :Bool; # for frame buffers: writes may be gathered
}

interface IoMem @0xc0a5c0a52000000d {
	dataspace @0 () -> (memory :Kernel.MemoryObject);
}
