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
	answers     @6 :Answers;            # to `add`
}

# What a client may get from a server that is newer than itself, or hostile.
enum Answers {
	asDeclared     @0;
	inPage         @1; # the same, in the form that a larger struct has
	short          @2; # without the words that an older struct lacks
	withCapability @3; # and nobody has asked for one
	garbled        @4; # a page of nonsense
	overlong       @5; # more than a page holds
}
