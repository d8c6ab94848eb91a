# SPDX-License-Identifier: MIT
#
# What the echo server is to be: as it stands, a good one.
@0xc0a5000000000081;

using Capos = import "/capos.capnp";

struct Config {
	sessionRam  @0 :UInt64 $Capos.size; # each session wants this much beside its record
	sessionCaps @1 :UInt32;             # likewise, at most 8
	unanswered  @2 :Text;               # a request whose label ends in this is never answered
	name        @3 :Text = "echo";
	fatal       @5 :Text;               # it faults over a request whose label ends in this
	quiet       @4 :Bool;               # does not log each session
}
