# SPDX-License-Identifier: MIT
#
# ROMs whose content depends on what stands in other ROMs.
@0xc0a5000000000103;

struct Config {
	roms @0 :List(FilteredRom);
}

struct FilteredRom {
	name    @0 :Text;          # the last element of its readers' labels
	choices @1 :List(Choice); # the first one that holds gives the content; none: it is empty
}

struct Choice {
	input    @0 :Text;        # the label of a ROM; none: it holds always
	line     @1 :Text;        # it holds if one of that ROM's lines is this one
	content  @2 :Text;        # what the readers get,
	rom      @3 :Text;        # or the label of the ROM whose content they get
}
