# SPDX-License-Identifier: MIT
#
# The configuration of a POSIX program: its arguments, environment, name space and standard files.
@0xc0a5000000000030;

using Capos = import "/capos.capnp";

struct Config {
	args    @0 :List(Text);                 # args[0] is the program's name
	env     @1 :List(Text);                 # NAME=value
	stdin   @2 :Text = "/dev/null";         # opened for reading, as descriptor 0
	stdout  @3 :Text = "/dev/log";          # opened for appending, made if missing: descriptor 1
	stderr  @4 :Text = "/dev/log";          # likewise 2
	cwd     @5 :Text = "/";                 # the directory the program starts in
	mounts  @6 :List(Mount);                # parents before what is mounted below them
}

struct Mount {
	at      @0 :Text;                       # an absolute path
	union {
		unset @1 :Void;
		rom   @2 :Rom;                      # the component's ROMs as files
		tar   @3 :Tar;                      # the files of an archive, read-only
		ram   @4 :Ram;                      # an empty file system in memory
		dev   @5 :Dev;                      # null, zero, full, log, hex, random, urandom
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
