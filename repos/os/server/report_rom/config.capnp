# SPDX-License-Identifier: MIT
#
# Which report becomes which ROM.
@0xc0a5000000000101;

struct Config {
	roms @0 :List(ReportedRom);
}

struct ReportedRom {
	name      @0 :Text;               # of the ROM: the last element of its readers' labels
	report    @1 :Text;               # the whole label of the one who may write it
	content   @2 :Text;               # until the first report
	sizeMax   @3 :UInt32 = 65536;     # of a report, in bytes
}
