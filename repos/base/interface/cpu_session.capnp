# SPDX-License-Identifier: MIT
#
# CPU: a share of the processor, as a scheduling context threads are bound to.
@0xc0a5000000000005;

using Kernel = import "/kernel.capnp";

struct CpuArgs @0xc0a5c0a520000005 {
	priority @0 :UInt8 = 0; # 0: the highest the session's creator may give
}

interface Cpu @0xc0a5c0a520000006 {
	context @0 () -> (context :Kernel.SchedContext);
}
