# SPDX-License-Identifier: MIT
#
# What a process is told at its birth, and what it may ask of the one that spawned it. The capability is
# that of its parent: a child of init asks the same questions and gets ERR_UNSUPPORTED.
#
# A `result` is a count or a value, or a negated errno. No call waits for anything but its answer: what
# can't be done yet is EAGAIN, and news tell when to try again.
@0xc0a5000000000031;

using Kernel = import "/kernel.capnp";

struct Birth {
	process   @0  :Int32;
	parent    @1  :Int32;
	group     @2  :Int32;
	session   @3  :Int32;
	args      @4  :List(Text);
	env       @5  :List(Text);
	directory @6  :Text;
	umask     @7  :UInt32;
	blocked   @8  :UInt64;                  # signals, bit number - 1
	ignored   @9  :UInt64;
	files     @10 :List(BirthFile);
	trees     @11 :List(BirthTree);
	fork      @12 :BirthFork;               # of a program that goes on where its spawner's was
}

# An open file of the spawner's, under its number there.
struct BirthFile {
	number    @0 :UInt32;                   # the descriptor
	file      @1 :UInt32;                   # the same one may be behind several descriptors
	flags     @2 :UInt32;
	closeOnExec @3 :Bool;
}

# A file system of the spawner's, instead of one that the configuration would make anew.
struct BirthTree {
	mount     @0 :UInt32;                   # which of the configuration's
	node      @1 :UInt32;
}

# What a forked program has of its process. Its memory is there already: clones, which the spawner
# keeps until they are asked for.
struct BirthFork {
	registers @0 :UInt64;                   # where the program has them
	thread    @1 :UInt64;                   # musl's descriptor of the thread that goes on
	stack     @2 :UInt64;                   # for signals, as sigaltstack has it
	stackSize @3 :UInt64;
	stackFlags @4 :UInt32;
	actions   @5 :List(BirthAction);
	memories  @6 :UInt32;                   # numbers from 1
	pieces    @7 :List(BirthPiece);         # by address
}

struct BirthAction {
	signal    @0 :UInt32;
	handler   @1 :UInt64;
	flags     @2 :UInt64;
	mask      @3 :UInt64;
}

struct BirthPiece {
	base      @0 :UInt64;
	size      @1 :UInt64;
	memory    @2 :UInt32;                   # 0: only reserved
	offset    @3 :UInt64;
	state     @4 :UInt32;                   # what may be done with it
}

struct FileStatus {
	mode      @0 :UInt32;
	stream    @1 :Bool;
	id        @2 :UInt64;
	size      @3 :UInt64;
	modified  @4 :UInt64;                   # ns
	terminal  @5 :Bool;                     # job control applies
}

interface ProcessParent @0xc0a5c0a530000001 {
	birth    @0  () -> (memory :Kernel.ReadOnly, size :UInt64);
	# From now on `news` is signalled when the call of that name has something to say.
	listen   @1  (news :Kernel.Signal) -> ();
	# One signal (0: none is left); `group` is the process group it is for, 0: the process alone.
	# `changed`: a file that was not ready may be.
	news     @2  () -> (signal :Int32, sender :Int32, group :Int32, changed :Bool);
	# The process is over; the status is that of wait(2). One that `stays` serves its children still.
	end      @3  (status :Int32, stays :Bool) -> ();
	# A number for a new process.
	identify @4  () -> (process :Int32);
	# A signal for a relative; negative: for a group.
	kill     @5  (process :Int32, signal :Int32) -> (result :Int64);
	join     @6  (group :Int32, session :Int32) -> ();

	# Files. An offset of -1 is the open file's own position.
	read     @7  (file :UInt32, size :UInt32, offset :Int64) -> (result :Int64, data :Data);
	write    @8  (file :UInt32, offset :Int64, data :Data) -> (result :Int64);
	seek     @9  (file :UInt32, offset :Int64, whence :Int32) -> (result :Int64);
	ready    @10 (file :UInt32) -> (events :Int32);
	status   @11 (file :UInt32) -> (result :Int64, status :FileStatus);
	control  @12 (file :UInt32, request :UInt64, argument :Data) -> (result :Int64, argument :Data);
	truncate @13 (file :UInt32, size :Int64) -> (result :Int64);
	setMode  @14 (file :UInt32, mode :UInt32) -> (result :Int64);
	setTime  @15 (file :UInt32, modified :UInt64) -> (result :Int64);
	close    @16 (file :UInt32) -> ();

	# Names, each in a directory that is a file in the sense above. A result is a file's number.
	lookup   @17 (directory :UInt32, name :Text) -> (result :Int64, status :FileStatus);
	create   @18 (directory :UInt32, name :Text, mode :UInt32) -> (result :Int64);
	link     @19 (directory :UInt32, name :Text, target :Text) -> (result :Int64);
	target   @20 (file :UInt32) -> (result :Int64, target :Text);
	remove   @21 (directory :UInt32, name :Text, folder :Bool) -> (result :Int64);
	rename   @22 (directory :UInt32, name :Text, to :UInt32, newName :Text) -> (result :Int64);
	# Result 1: an entry; 0: the end.
	list     @23 (directory :UInt32, cookie :UInt64) -> (result :Int64, cookie :UInt64, id :UInt64, mode :UInt32, name :Text);

	# One of a forked program's memories, which is its own from then on.
	memory   @24 (number :UInt32) -> (memory :Kernel.MemoryObject);

	# It has been stopped by a signal; 0: it goes on.
	stop     @25 (signal :Int32) -> ();
}
