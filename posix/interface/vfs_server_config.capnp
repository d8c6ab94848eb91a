# SPDX-License-Identifier: MIT
#
# The tree that vfs_server exports, and who gets which part of it.
@0xc0a5000000000041;

using Capos = import "/capos.capnp";
using import "/posix_mount.capnp".Mount;

struct Config {
	mounts   @0 :List(Mount);               # parents before what is mounted below them
	policies @1 :List(Policy);              # the first that fits a session's label counts; none: denied
}

struct Policy {
	label       @0 :Text;                   # all that are given must fit: the whole label,
	labelPrefix @1 :Text;                   # its beginning,
	labelSuffix @2 :Text;                   # its end
	root        @3 :Text = "/";             # the directory that the client sees as its root
	writeable   @4 :Bool;
	quota       @5 :UInt64 $Capos.size;     # what the client's files may take; 0: what there is
}
