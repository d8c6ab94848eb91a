# SPDX-License-Identifier: MIT
#
# The configuration of the log filter.
@0xc0a5000000000040;

struct Config {
	drop    @0 :List(Text);                 # a line that holds one of these texts does not pass
	summary @1 :Bool;                       # the end of a session is told, with what it wrote
}
