# SPDX-License-Identifier: MIT
#
# IO_PORT: a range of ports, held by one session at a time.
@0xc0a5000000000008;

using Kernel = import "/kernel.capnp";

struct IoPortArgs @0xc0a5c0a52000000a {
	base  @0 :UInt16;
	count @1 :UInt32;
}

interface IoPort @0xc0a5c0a52000000b {
	ports @0 () -> (ports :Kernel.IoPorts);
}
