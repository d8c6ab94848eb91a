# SPDX-License-Identifier: MIT
#
# The kernel's objects. Every method is called like a method of a component's
# object; all of them travel in registers. A facet names its wider interface
# by `extends`: who holds the wider one can derive the narrower, never back.
@0xc0a5000000000001;

# Any capability, whatever it can do.
interface Object @0xc0a5c0a510000001 {}

# Capability 0: what every thread may do with what it already has.
# Capabilities are named by their ids here, since nothing is transferred.
interface Self @0xc0a5c0a510000002 {
	yield   @0 () -> ();
	exit    @1 () -> ();
	# ns since boot: (time-stamp counter - tickStart) * nsPerTick / 2^32, for who reads it himself.
	time    @2 () -> (now :UInt64, tickStart :UInt64, nsPerTick :UInt64);
	inspect @3 (cap :UInt64) -> (kind :ObjectKind, owner :Bool, interface :UInt32);
	copy    @4 (cap :UInt64) -> (copy :Object);            # no new grant, no ownership
	derive  @5 (cap :UInt64, interface :UInt32, account :Charge) -> (derived :Object);
	drop    @6 (cap :UInt64) -> ();                        # an owner's drop is a revoke
	revoke  @7 (cap :UInt64) -> ();
	# Gives up the thread's own scheduling context: from its next wait on it runs on lent ones only,
	# and receives from passive endpoints alone. There is no way back.
	detach  @8 () -> ();
}

enum ObjectKind @0xc0a5c0a510000003 {
	component @0; # served by a component, whatever it claims to be
	account @1;
	domain @2;
	thread @3;
	schedContext @4;
	endpoint @5;
	notification @6;
	memory @7;
	ring @8;
	irq @9;
	ioPorts @10;
	platform @11;
}

# The right to spend an account's limits on objects charged to it.
interface Charge @0xc0a5c0a510000004 {
	# The peaks are the most that was ever used.
	usage              @0 () -> (ramLimit :UInt64, ramUsed :UInt64, capsLimit :UInt64, capsUsed :UInt64,
	                             ramPeak :UInt64, capsPeak :UInt64);
	# A child account with limits of this one's. `chargeOnly`: the capability offers Charge, so that copies
	# can be given away; the account ends with its owner.
	createAccount      @1 (ram :UInt64, caps :UInt64, chargeOnly :Bool) -> (account :Charge);
	createDomain       @2 (slots :UInt32) -> (domain :Domain);
	createThread       @3 (domain :Space, context :SchedContext, entry :UInt64, stack :UInt64,
	                       argument :UInt64, messageAddress :UInt64, messagePages :UInt8) -> (thread :Thread);
	# A passive endpoint's servers may run on their callers' contexts alone; no ring can call it.
	createEndpoint     @4 (replySlots :UInt16, passive :Bool) -> (endpoint :Endpoint);
	createNotification @5 () -> (notification :Notification);
	createMemory       @6 (size :UInt64, contiguous :Bool) -> (memory :MemoryObject);
	# `entries` submissions (power of two); `buffers` message pages behind the two queues
	createRing         @7 (domain :Space, address :UInt64, entries :UInt16, buffers :UInt16,
	                       completed :Signal) -> (ring :Ring);
	# Moves limits to a child account.
	fund               @8 (child :Charge, ram :UInt64, caps :UInt64) -> ();
}

# An account: limits move between it and its parent, never elsewhere.
interface Account @0xc0a5c0a510000005 extends(Charge) {
	# Moves limits back to its parent.
	refund  @0 (ram :UInt64, caps :UInt64) -> ();
	# All that is charged to it dies with it, its children included; its limits return to the parent.
	destroy @1 () -> ();
}

# What a component may do with its own address space and table.
interface Space @0xc0a5c0a510000006 {
	map       @0 (memory :ReadOnly, account :Charge, address :UInt64, offset :UInt64, size :UInt64,
	              write :Bool, execute :Bool) -> ();
	unmap     @1 (address :UInt64, size :UInt64) -> ();
	growTable @2 (slots :UInt32) -> ();
}

enum FaultKind @0xc0a5c0a510000007 {
	none @0;
	pageNotPresent @1;
	pageProtection @2;
	divide @3;
	invalidOpcode @4;
	generalProtection @5;
	breakpoint @6;
	alignment @7;
	floatingPoint @8;
	stack @9;
	other @10;
}

# The parent's view of a domain.
interface Domain @0xc0a5c0a510000008 extends(Space) {
	install   @0 (slot :UInt32, cap :Object) -> ();
	# `faulted` is signalled whenever a thread of the domain enters the state 'faulted'.
	watch     @1 (faulted :Signal) -> ();
	# The record of the first faulted thread; kind `none` when there is none.
	nextFault @2 () -> (kind :FaultKind, write :Bool, execute :Bool, thread :UInt32, address :UInt64,
	                    ip :UInt64, sp :UInt64, bp :UInt64);
	# Up to 56 bytes of the domain's memory, for backtraces; never beyond a page.
	peek      @3 (address :UInt64) -> (count :UInt64, w0 :UInt64, w1 :UInt64, w2 :UInt64, w3 :UInt64,
	                                   w4 :UInt64, w5 :UInt64, w6 :UInt64);
	# Who is asked about the domain's page faults that no mapping resolves; none: nobody.
	setPager  @4 (pager :Pager) -> ();
}

# What a component offers that resolves page faults of others. The kernel calls it for a thread that
# has faulted, on the thread's scheduling context; the thread waits for the answer. OK, or
# ERR_CANCELLED: it tries its instruction again. Any other answer, or none: the thread is faulted. A
# thread that serves the pager's endpoint, or that one in service waits for, is never helped by it.
interface Pager @0xc0a5c0a510000015 {
	fault @0 (address :UInt64, ip :UInt64, thread :UInt32, write :Bool, execute :Bool) -> ();
}

interface Thread @0xc0a5c0a510000009 {
	start  @0 () -> ();
	stop   @1 () -> ();
	resume @2 () -> (); # a faulted thread tries its instruction again
	state  @3 () -> (running :Bool, faulted :Bool, exited :Bool);
}

interface SchedContext @0xc0a5c0a51000000a {
	split @0 (account :Charge, priority :UInt8) -> (context :SchedContext);
}

# The caller's side of an endpoint; a call through it is delivered to a receiver.
interface Client @0xc0a5c0a51000000b {}

interface Endpoint @0xc0a5c0a51000000c extends(Client) {
	# interface1..4 are the ancestors of interface0, nearest first; 0 ends the chain. inFlight 0: no limit.
	mint     @0 (account :Charge, badge :UInt64, interface0 :UInt32, interface1 :UInt32,
	             interface2 :UInt32, interface3 :UInt32, interface4 :UInt32, inFlight :UInt16) -> (client :Client);
	identify @1 (client :Client) -> (badge :UInt64);
	# Moves the calling thread's immediate reply into a reply slot (1..replySlots), to be answered later.
	keep     @2 (slot :UInt16) -> ();
	drop     @3 (slot :UInt16) -> ();
}

interface Signal @0xc0a5c0a51000000d {
	# A facet signals the bits it was made with; the full object those of the argument.
	signal @0 (bits :UInt64) -> ();
}

interface Notification @0xc0a5c0a51000000e extends(Signal) {
	facet @0 (account :Charge, bits :UInt64) -> (signal :Signal);
	# From now on received by that thread's reply_wait; none: by the caller's. One sink at most.
	bind  @1 (thread :Thread) -> ();
}

interface ReadOnly @0xc0a5c0a51000000f {
	info  @0 () -> (size :UInt64);
	# A writable copy, charged in full to `account`; the pages themselves are copied when either is
	# written. Not of device or contiguous memory.
	clone @1 (account :Charge) -> (memory :MemoryObject);
}

# Futex: to wait for the word at `offset` to change. Both sides need the writable object: a reader
# who waited could swallow a wake that is meant for another.
interface MemoryObject @0xc0a5c0a510000010 extends(ReadOnly) {
	# Waits for a wake, until the call's deadline; ERR_NOT_NOW: the word is not `expected` (any more).
	futexWait @0 (offset :UInt64, expected :UInt32) -> ();
	# Wakes up to `count` waiters, who came first first, but no more than 64 at a time.
	futexWake @1 (offset :UInt64, count :UInt32) -> (woken :UInt32);
}

interface Ring @0xc0a5c0a510000011 {
	info @0 () -> (entries :UInt16, buffers :UInt16);
}

interface Irq @0xc0a5c0a510000012 {
	bind        @0 (signal :Signal) -> ();
	acknowledge @1 () -> ();
}

interface IoPorts @0xc0a5c0a510000013 {
	read  @0 (port :UInt16, width :UInt8) -> (value :UInt32); # width 1, 2 or 4 bytes
	write @1 (port :UInt16, width :UInt8, value :UInt32) -> ();
}

# The machine. Only core holds it.
interface Platform @0xc0a5c0a510000014 {
	createIrq          @0 (account :Charge, line :UInt8) -> (irq :Irq);
	createIoPorts      @1 (account :Charge, base :UInt16, count :UInt32) -> (ports :IoPorts);
	# Uncached; `writeCombined`: writes may be gathered, for frame buffers.
	createDeviceMemory @2 (account :Charge, address :UInt64, size :UInt64,
	                       writeCombined :Bool) -> (memory :MemoryObject);
	# A window into the boot archive.
	createBootMemory   @3 (account :Charge, offset :UInt64, size :UInt64) -> (memory :ReadOnly);
	# Recomputes every account from the objects charged to it.
	audit              @4 () -> (accounts :UInt64, objects :UInt64, mismatches :UInt64, ramTotal :UInt64,
	                             ramFree :UInt64, grants :UInt64);
	# Up to 48 characters for the console, in memory order. It takes as many as it has room for.
	print              @5 (count :UInt8, w0 :UInt64, w1 :UInt64, w2 :UInt64, w3 :UInt64, w4 :UInt64, w5 :UInt64)
	                      -> (printed :UInt8);
	# Facts about this boot; `entryTicks` is the time-stamp counter at the kernel's first instruction.
	information        @6 () -> (archiveSize :UInt64, tscHz :UInt64, ramTotal :UInt64, entryTicks :UInt64);
	# RAM for a device: a block of the next power of two of pages, aligned to its size. `low`: below 4 GiB.
	createContiguous   @7 (account :Charge, size :UInt64, low :Bool) -> (memory :MemoryObject, address :UInt64);
}
