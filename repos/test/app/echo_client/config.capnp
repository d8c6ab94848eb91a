# SPDX-License-Identifier: MIT
#
# What an echo client does, step by step, and what has to come of it.
@0xc0a5000000000086;

struct Config {
	steps @0 :List(Step);
}

struct Step {
	action  @0 :Action;
	session @1 :Text;          # by its label
	value   @2 :Int64;         # add: the number; leave: the code; pause: milliseconds
	sum     @3 :UInt64;        # add: what is to be answered
	status  @4 :Text = "ok";   # in the words of <base/status_name.h>
}

enum Action {
	open  @0;
	close @1;
	add   @2;
	hold  @3;
	leave @4;
	hang  @5;
	pause @6;
	reconnect @7;
}
