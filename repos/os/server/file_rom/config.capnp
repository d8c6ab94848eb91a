# SPDX-License-Identifier: MIT
#
# Files as ROMs.
@0xc0a5000000000104;

using Capos = import "/capos.capnp";

struct Config {
	label  @0 :Text;                   # of the File_system session
	cache  @1 :UInt64 = 1048576 $Capos.size;   # of files that are kept while nobody reads them
}
