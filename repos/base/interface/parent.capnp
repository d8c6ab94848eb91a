# SPDX-License-Identifier: MIT
#
# What a component knows of the world: its parent, in capability slot 1.
@0xc0a5000000000002;

using Kernel = import "/kernel.capnp";
using import "/root.capnp".Root;

interface Parent @0xc0a5c0a520000001 {
	# Asks for a session. The parent's policy decides who serves it. `args` is the encoded
	# argument struct of the service (empty: none), `argument` the one capability it may need.
	# The donation moves from the caller's budget and comes back whole on close.
	session  @0 (service :Text, label :Text, args :Data, argument :Kernel.Object,
	             ram :UInt64, caps :UInt32) -> (session :Kernel.Object, id :UInt32);
	close    @1 (id :UInt32) -> ();
	upgrade  @2 (id :UInt32, ram :UInt64, caps :UInt32) -> ();
	# From now on `root` answers for `service`. Only what the policy's `provides` lists is accepted.
	announce @3 (service :Text, root :Root) -> ();
	# The component has ended its work; the call does not return.
	exit     @4 (code :Int32) -> ();
	# Asks for a larger budget; OK when it was granted.
	request  @5 (ram :UInt64, caps :UInt32) -> ();
	# From now on `signal` is signalled when the parent has news of this kind; one signal for each.
	watch    @6 (news :News, signal :Kernel.Signal) -> ();
	# The answer to a beat.
	alive    @7 () -> ();
	# What the parent would like to have back; `yielded` says that what can be spared is free now.
	wanted   @8 () -> (ram :UInt64, caps :UInt64);
	yielded  @9 () -> ();
	# For a session whose server has gone and whose rule lets it come back: waits for the restarted
	# server and answers the session anew. It has nothing of the old one's state.
	reconnect @10 (id :UInt32) -> (session :Kernel.Object);
	# The component's own address space, and the account it spends from.
	resources @11 () -> (space :Kernel.Space, account :Kernel.Charge);
	# The file that the component was started from.
	binary    @12 () -> (memory :Kernel.ReadOnly);
}

enum News @0xc0a5c0a520000013 {
	beat   @0; # wants `alive` for an answer, in time
	budget @1; # it has grown
	yield  @2; # some of it is wanted back, see `wanted`
}
