# SPDX-License-Identifier: MIT
#
# File_system: a tree of files, by packets in memory that client and server share.
@0xc0a5000000000040;

using Kernel = import "/kernel.capnp";

interface FileSystem @0xc0a5c0a520000040 {
	# The packets, and behind them room for names and contents: <file_system_session/packet.h>.
	buffer @0 () -> (memory :Kernel.MemoryObject, size :UInt64, writeable :Bool);
	# Carries out the first `count` packets in order; each has its answer when the call returns.
	submit @1 (count :UInt32) -> ();
}
