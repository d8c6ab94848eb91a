# SPDX-License-Identifier: MIT
#
# What a crasher dies of.
@0xc0a5000000000083;

struct Config {
	how @0 :How;
}

enum How {
	writeNull         @0;
	jumpNowhere       @1;
	divideByZero      @2;
	overflowStack     @3;
	invalidOpcode     @4;
	writeConstant     @5; # to memory mapped for reading only
	writeCode         @6;
	runData           @7; # jumps to memory mapped for writing
	readKernel        @8;
	privileged        @9; # an instruction that is the kernel's
	readNonCanonical  @10;
	breakpoint        @11;
	writeRom          @12;
}
