# SPDX-License-Identifier: MIT
#
# The sessions a client wants, in this order, and what is to become of each.
@0xc0a5000000000082;

struct Config {
	wishes @0 :List(Wish);
}

struct Wish {
	label  @0 :Text;
	server @1 :Text; # the one that is to serve it; none: it is to be denied
	seen   @2 :Text; # the label that server is to see
}
