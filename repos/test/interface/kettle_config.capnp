# SPDX-License-Identifier: MIT
#
# A component's configuration, for tests of policies.
@0xc0a5000000007e58;

using Capos = import "/capos.capnp";

struct Config {
	args    @0 :List(Text);
	heat    @1 :UInt8;
	cups    @2 :List(Cup);
	mode    @3 :Mode;
}

struct Cup {
	name    @0 :Text;
	volume  @1 :UInt64 $Capos.size;
}

enum Mode {
	slow @0;
	boil @1;
}
