# SPDX-License-Identifier: MIT
#
# Bench: what a benchmark calls in another address space.
@0xc0a5000000000090;

using Kernel = import "/kernel.capnp";

interface Bench @0xc0a5c0a520000090 {
	# Nothing, through stubs and entrypoint.
	null    @0 () -> ();
	# Endpoints that are served without the framework: the first one answers with the words it
	# got, `vectors` as well and uses a vector register for each, `caps` keeps capabilities, `ring`
	# is served by a ring in batches of 16.
	raw     @1 () -> (words :Kernel.Object, caps :Kernel.Object, ring :Kernel.Object, vectors :Kernel.Object);
	# A thread waits for `wake` and notes the time-stamp counter in the first word of `stamp`.
	waiter  @2 () -> (wake :Kernel.Signal, stamp :Kernel.ReadOnly);
}
