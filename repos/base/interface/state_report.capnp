# SPDX-License-Identifier: MIT
#
# What an init reports of itself and its children: the content of its ROM "state", and of its answers
# to the test driver. How often anybody called whom is not in it: calls do not pass by a parent.
@0xc0a5000000000014;

struct StateReport {
	version   @0 :UInt32;                   # of the policy in force
	time      @1 :UInt64;                   # when this was made, in ns since boot
	budget    @2 :ReportedBudget;           # init's own, without what its children have
	children  @3 :List(ReportedChild);      # in the plan's order, then those that are about to go
}

# Of a child all that it was given counts, wherever it is: spent by itself, donated with its
# sessions, or delegated to accounts that it has made, as an init does for its own children. `peak`
# is never less than what it has spent and donated at any time of its lives.
struct ReportedBudget {
	ram          @0 :UInt64;
	ramUsed      @1 :UInt64;
	ramDonated   @2 :UInt64;
	ramPeak      @3 :UInt64;
	caps         @4 :UInt64;
	capsUsed     @5 :UInt64;
	capsDonated  @6 :UInt64;
	capsPeak     @7 :UInt64;
	ramDelegated   @8 :UInt64;
	capsDelegated  @9 :UInt64;
}

enum ReportedState {
	starting @0;
	running @1;
	stuck @2;                               # its heartbeats are not answered
	exited @3;
	faulted @4;
	failed @5;                              # it could not be started
	restarting @6;
	parked @7;                              # restarting it did not help
	removed @8;                             # in the plan no more; waits for its servers
}

struct ReportedChild {
	name      @0 :Text;
	binary    @1 :Text;
	version   @2 :UInt32;
	state     @3 :ReportedState;
	lives     @4 :UInt32;                   # beginnings
	restarts  @5 :UInt32;
	missed    @6 :UInt32;                   # heartbeats in a row
	endedAt   @7 :UInt64;                   # ns since boot; 0: it has not ended yet
	reason    @8 :Text;                     # of that end
	budget    @9 :ReportedBudget;           # of the present life; of the past one when it has ended
	wants     @10 :ReportedWant;            # what it has asked for in vain, last
	provides  @11 :List(Text);              # services it has announced
	sessions  @12 :List(ReportedSession);   # those it has asked for, the last one first
	opened    @13 :UInt64;                  # sessions, since the first beginning
	refused   @14 :UInt64;
	affinity  @15 :ReportedAffinity;        # as the policy says; absent: all CPUs
}

# A rectangle of the policy's affinity space.
struct ReportedAffinity {
	x       @0 :UInt32;
	y       @1 :UInt32;
	width   @2 :UInt32;
	height  @3 :UInt32;
}

struct ReportedWant {
	ram   @0 :UInt64;
	caps  @1 :UInt64;
}

enum ReportedSessionState {
	waiting @0;                             # for its server to announce the service
	creating @1;
	open @2;
	upgrading @3;
	closing @4;
	lost @5;                                # its server has gone and comes back
	dead @6;                                # its server has gone for good
	forced @7;                              # taken from a server that did not close it
}

enum ReportedServer {
	parent @0;
	child @1;
	init @2;
}

struct ReportedSession {
	service  @0 :Text;
	label    @1 :Text;                      # as the child gave it
	state    @2 :ReportedSessionState;
	at       @3 :ReportedServer;
	server   @4 :Text;                      # the child's name, if it is one
	ram      @5 :UInt64;                    # the donation
	caps     @6 :UInt32;
}
