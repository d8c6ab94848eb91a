# SPDX-License-Identifier: MIT
#
# A manager of the init it is a child of: it gives a child more, as often as that needs it.
@0xc0a50000000000a2;

struct Config {
	child  @0 :Text;         # whose budget it looks after
	policy @1 :Text;         # the init's, with @RAM@ and @VERSION@ for what is its to decide
	ramKib @2 :UInt32;       # at first, and doubled each time
	ramKibMax @3 :UInt32;    # it gives no more than that
}
