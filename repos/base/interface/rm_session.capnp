# SPDX-License-Identifier: MIT
#
# RM: region maps, address spaces that are attached as a whole.
@0xc0a5000000000007;

using Kernel = import "/kernel.capnp";

interface Rm @0xc0a5c0a520000008 {
	create @0 (size :UInt64) -> (map :RegionMap);
}

interface RegionMap @0xc0a5c0a520000009 {
	attach @0 (memory :Kernel.ReadOnly, at :UInt64, offset :UInt64, size :UInt64, write :Bool, execute :Bool) -> ();
	detach @1 (at :UInt64, size :UInt64) -> ();
	# Shows the whole map at `address` of a space, now and after each change.
	mapInto @2 (space :Kernel.Space, account :Kernel.Charge, address :UInt64) -> ();
	destroy @3 () -> ();
}
