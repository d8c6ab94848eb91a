# SPDX-License-Identifier: MIT
#
# What a server offers its parent for each service it announces.
@0xc0a5000000000003;

using Kernel = import "/kernel.capnp";

interface Root @0xc0a5c0a520000002 {
	# A new session, to be paid from `account`. `id` is the parent's name for it.
	create  @0 (id :UInt64, label :Text, args :Data, argument :Kernel.Object, account :Kernel.Charge,
	            ram :UInt64, caps :UInt32) -> (session :Kernel.Object);
	upgrade @1 (id :UInt64, ram :UInt64, caps :UInt32) -> ();
	# The server lets go of all it holds for the session; its account dies when this is answered.
	close   @2 (id :UInt64) -> ();
}
