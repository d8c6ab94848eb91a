# SPDX-License-Identifier: MIT
#
# One line of a mount table: a file system, where it is seen, and how it meets what is there.
@0xc0a5000000000031;

using Capos = import "/capos.capnp";

struct Mount {
	at       @0 :Text;                      # an absolute path
	union {
		unset   @1 :Void;
		rom     @2 :Rom;                # the component's ROMs as files
		tar     @3 :Tar;                # the files of an archive, read-only
		ram     @4 :Ram;                # an empty file system in memory
		dev     @5 :Dev;                # null, zero, full, log, hex, random, urandom
		bind    @6 :Bind;               # a directory of the tree as it is so far
		symlink @7 :Symlink;            # a symbolic link
		proc    @8 :Proc;               # what the program sees of itself
		fs      @13 :Fs;                # the files of a File_system session
		terminal @14 :Terminal;         # the device of a Terminal session, as a file
	}
	place    @9 :Place;                     # what becomes of what is there already
	readOnly @10 :Bool;                     # nothing in it can be changed
	noExec   @11 :Bool;                     # nothing in it can be executed
	import   @12 :List(Import);             # copied into it at the start
}

enum Place {
	replace  @0;                            # it is hidden
	before   @1;                            # united with it: this is looked at first
	after    @2;                            # united with it: this is looked at last
}

struct Import {
	at       @0 :Text = "/";                # where in the mount; directories on the way are made
	union {
		unset @1 :Void;
		tar  @2 :Text;                  # all files of the archive that is this ROM
		rom  @3 :Text;                  # the ROM, as the file `at`
		text @4 :Text;                  # this, as the file `at`
	}
}

struct Rom {
}

struct Tar {
	rom     @0 :Text;                       # the ROM that is the archive
}

struct Ram {
	size    @0 :UInt64 $Capos.size;         # contents, names and bookkeeping take at most this
}

struct Dev {
}

struct Bind {
	path    @0 :Text;                       # it; the tree above it cannot be reached through the mount
}

struct Symlink {
	target  @0 :Text;
}

struct Proc {
}

struct Fs {
	label   @0 :Text;                       # of the session
}

struct Terminal {
	label   @0 :Text;                       # of the session
}
