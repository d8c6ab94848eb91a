# SPDX-License-Identifier: MIT
#
# Programs to be run one after another.
@0xc0a5000000000042;

using Capos = import "/capos.capnp";

struct Config {
	run   @0 :List(Program);
	ram   @1 :UInt64 = 262144 $Capos.size;   # what each of them has
	caps  @2 :UInt32 = 30;
}

struct Program {
	binary     @0 :Text;
	mayFail    @1 :Bool;         # a code other than 0, or a fault, does not end the sequence
}
