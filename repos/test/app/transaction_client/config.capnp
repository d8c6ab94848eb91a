# SPDX-License-Identifier: MIT
#
# What a transaction client asks for, with each donation that is too small.
@0xc0a50000000000d8;

struct Config {
	wishes @0 :List(Wish);
}

struct Wish {
	service @0 :Text;
	label   @1 :Text;
	own     @2 :Bool; # the client's own account is the argument
}
