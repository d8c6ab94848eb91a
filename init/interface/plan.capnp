# SPDX-License-Identifier: MIT
#
# The binary form of a plan: what init is configured with. init/plan/plan.h says what it means;
# the order of all lists is kept. A policy evaluated on the host travels like this, and so does the
# configuration of an init started by another init.
@0xc0a5000000000020;

struct BinaryPlan {
	version         @0 :UInt32;             # the policy's own count, repeated in reports
	policy          @1 :Text;               # if set: a ROM with Lua source to evaluate
	sources         @2 :List(Text);         # the policy's files
	children        @3 :List(Child);
	defaultRoute    @4 :List(Rule);         # for children without a route of their own
	exports         @5 :List(Rule);         # services for the parent; each target is a child
	parentLimited   @6 :Bool;               # only parentProvides may be routed to the parent
	parentProvides  @7 :List(Text);
	reportDelayNs   @8 :UInt64;             # between two contents of the ROM "state", at least
	reportSampleNs  @9 :UInt64;             # budgets are looked at so often; 0: with other news only
	affinitySpace   @10 :AffinitySpace;     # absent: none
	reserveRam      @11 :UInt64;            # stays with init whatever its children ask for
	reserveCaps     @12 :UInt32;
}

struct Child {
	name           @0 :Text;
	binary         @1 :Text;                # label of the ROM
	ram            @2 :UInt64;              # bytes
	caps           @3 :UInt64;
	priority       @4 :Int32 = -1;          # -1: as the parent has it
	version        @5 :UInt32;              # a change means another child: restart
	provides       @6 :List(Text);
	config :union {
		none       @7 :Void;                # the ROM "config" is a session like any other
		data       @8 :Data;                # a message of the component's own schema
		text       @9 :Text;
		rom        @10 :Text;               # label of a ROM that stands for "config"
	}
	ownRoute       @11 :Bool;               # else defaultRoute applies
	route          @12 :List(Rule);
	mayFault       @13 :Bool;               # a fault is expected and no failure of the scenario
	exitPropagate  @14 :Bool;               # its exit is init's own exit
	place          @15 :Place;
	restart        @16 :Restart;            # absent: an end is final
	heartbeat      @17 :Heartbeat;          # absent: none
	affinity       @18 :Affinity;           # absent: the whole space
}

# The CPUs as a grid.
struct AffinitySpace {
	width   @0 :UInt32;
	height  @1 :UInt32;
}

# A rectangle of it.
struct Affinity {
	x       @0 :UInt32;
	y       @1 :UInt32;
	width   @2 :UInt32;
	height  @3 :UInt32;
}

struct Restart {
	limit      @0 :UInt32;                  # restarts within the window; one more, and it is parked
	windowNs   @1 :UInt64;
	backoffNs  @2 :UInt64;                  # before the first; doubled for each further one
}

struct Heartbeat {
	everyNs  @0 :UInt64;
	missed   @1 :UInt32;                    # so many in a row, and it is stuck
}

# Where it was written: a file in BinaryPlan.sources, and a line.
struct Place {
	source  @0 :UInt32;
	line    @1 :UInt32;
}

struct Rule {
	service      @0 :Text;                  # empty: any
	constraints  @1 :List(Constraint);
	targets      @2 :List(Target);          # tried in order
	place        @3 :Place;
	lost         @4 :WhenLost;
}

# What becomes of a session whose server has ended.
enum WhenLost {
	gone @0;                                # its calls answer ERR_GONE
	reconnect @1;                           # the client can have it anew from the restarted server
	restart @2;                             # the client is restarted as well
}

struct Constraint {
	kind  @0 :ConstraintKind;
	text  @1 :Text;
}

enum ConstraintKind {
	label @0;
	labelPrefix @1;
	labelSuffix @2;
	labelLast @3;
	labelUnscoped @4;
}

struct Target {
	kind       @0 :TargetKind;
	child      @1 :Text;                    # kind child
	rewrites   @2 :List(Rewrite);
	place      @3 :Place;
	# kind choose: function number `function` of the source with this hash picks a declared target.
	chunkHash  @4 :UInt64;
	function   @5 :UInt32;
	declared   @6 :List(Target);
}

enum TargetKind {
	parent @0;
	child @1;
	anyChild @2;
	deny @3;
	choose @4;
	init @5;
}

struct Rewrite {
	kind  @0 :RewriteKind;
	text  @1 :Text;
}

enum RewriteKind {
	label @0;
	identity @1;
	resource @2;
	prefix @3;
}
