# SPDX-License-Identifier: MIT
#
# Echo: a service for scenarios. Its sessions say what they were told and keep a sum.
@0xc0a5000000000080;

interface Echo @0xc0a5c0a520000080 {
	# The label as the server sees it, and the name its own configuration gives it.
	label @0 () -> (label :Text, server :Text);
	# Adds to the session's sum and answers it.
	add   @1 (value :UInt64) -> (sum :UInt64);
	# Is never answered; the call ends with the session or its server.
	hold  @2 () -> ();
	# The server exits with this code instead of answering.
	leave @3 (code :Int32) -> ();
	# The server stops serving, for ever, after its answer to this.
	hang  @4 () -> ();
	# What the server itself uses of its own budget.
	usage @5 () -> (ram :UInt64, caps :UInt64);
}
