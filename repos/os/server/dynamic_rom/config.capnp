# SPDX-License-Identifier: MIT
#
# ROMs whose contents follow each other in time.
@0xc0a5000000000100;

struct Config {
	roms @0 :List(DynamicRom);
}

struct DynamicRom {
	name  @0 :Text;
	steps @1 :List(Step);     # the first is there at once
}

struct Step {
	content @0 :Text;
	afterMs @1 :UInt32;       # after the step before, or after the server's start
}
