# SPDX-License-Identifier: MIT
#
# CPU: a share of the processor. The session's capability is a scheduling context, the kernel's own, to
# which threads are bound. The argument capability of the request is the Charge of the account that pays for it.
@0xc0a5000000000005;

struct CpuArgs @0xc0a5c0a520000005 {
	priority @0 :UInt8 = 0; # 0: the highest the session's creator may give
}
