# SPDX-License-Identifier: MIT
#
# The configuration of a POSIX program: its arguments, environment, name space and standard files.
@0xc0a5000000000030;

using import "/posix_mount.capnp".Mount;

struct Config {
	args    @0 :List(Text);                 # args[0] is the program's name
	env     @1 :List(Text);                 # NAME=value
	stdin   @2 :Text = "/dev/null";         # opened for reading, as descriptor 0
	stdout  @3 :Text = "/dev/log";          # opened for appending, made if missing: descriptor 1
	stderr  @4 :Text = "/dev/log";          # likewise 2
	cwd     @5 :Text = "/";                 # the directory the program starts in
	mounts  @6 :List(Mount);                # parents before what is mounted below them
}
