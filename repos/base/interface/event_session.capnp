# SPDX-License-Identifier: MIT
#
# Event: what a parent tells the test driver outside of the machine.
@0xc0a500000000000d;

using Kernel = import "/kernel.capnp";

interface Event @0xc0a5c0a520000012 {
	# `kind` is one word (exited, faulted …), `subject` a component's label, `detail` key=value pairs.
	emit @0 (kind :Text, subject :Text, detail :Text) -> ();
	# `asked` is signalled when the driver wants something: what it is, `order` tells.
	watch @1 (asked :Kernel.Signal) -> ();
	# What the driver wants to be done to a child, told once. No `fault`: it wants a report, events of the kind `state`.
	order @2 () -> (fault :Text, child :Text, service :Text, label :Text);
}
