# SPDX-License-Identifier: MIT
#
# Terminal: bytes that somebody types, and bytes that are shown to him. Nothing waits: a signal tells when it is
# worth asking again. What lines are, and what is echoed, is the client's business.
@0xc0a5000000000042;

using Kernel = import "/kernel.capnp";

interface Terminal @0xc0a5c0a520000042 {
	# What has been typed, at most `size` bytes of it; empty: nothing.
	read   @0 (size :UInt32) -> (data :Data);
	# Shows the first `taken` bytes: as many as there is room for.
	write  @1 (data :Data) -> (taken :UInt32);
	# From now on `changed` is signalled when something was typed, and when there is room again after a
	# write that was cut.
	listen @2 (changed :Kernel.Signal) -> ();
}
