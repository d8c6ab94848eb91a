# SPDX-License-Identifier: MIT
#
# One of everything that schemas of capOS may contain, for tests.
@0xc0a5000000007e57;

using Capos = import "/capos.capnp";

const answer :UInt32 = 42;
const largest :UInt64 = 0xffffffffffffffff;
const lowest :Int64 = -0x8000000000000000;
const motto :Text = "do \"less\"\n";
const deepGreen :Colour = darkGreen;

enum Colour {
	red @0;
	darkGreen @1; # as in the forest
	blue @2;
}

# Travels in registers.
struct Point {
	x @0 :Int32 = -5;
	y @1 :Int16 = 3;
	on @2 :Bool = true;
	off @3 :Bool;
	peer @4 :Door;
	colour @5 :Colour = darkGreen;
	weight @6 :Float32 = 1.5;
	big @7 :UInt64 = 9;
	shape :union {
		none @8 :Void;
		side @9 :UInt8;
		box :group {
			keeper @10 :Door;
			wide @11 :Bool;
			union {
				depth @12 :Int8 = -1;
				flat @13 :Void;
			}
		}
	}
}

struct Empty {}

struct Numbers {
	i8 @0 :Int8 = -128;
	i16 @1 :Int16 = 32767;
	i32 @2 :Int32 = -2147483648;
	i64 @3 :Int64 = -9223372036854775808;
	u8 @4 :UInt8 = 255;
	u16 @5 :UInt16 = 65535;
	u32 @6 :UInt32 = 4294967295;
	u64 @7 :UInt64 = 18446744073709551615;
	f32 @8 :Float32 = -0.5;
	f64 @9 :Float64 = 1e100;
	yes @10 :Bool = true;
	no @11 :Bool = false;
}

struct Lists {
	voids @0 :List(Void);
	bools @1 :List(Bool);
	i8s @2 :List(Int8);
	i16s @3 :List(Int16);
	i32s @4 :List(Int32);
	i64s @5 :List(Int64);
	u8s @6 :List(UInt8);
	u16s @7 :List(UInt16);
	u32s @8 :List(UInt32);
	u64s @9 :List(UInt64);
	f32s @10 :List(Float32);
	f64s @11 :List(Float64);
	texts @12 :List(Text);
	datas @13 :List(Data);
	colours @14 :List(Colour);
	smalls @15 :List(Small);
	empties @16 :List(Empty);
}

struct Small {
	id @0 :UInt16;
	name @1 :Text;
}

struct Mount {
	at @0 :Text;
	union {
		rom @1 :Void;
		ram :group {
			size @2 :UInt64 $Capos.size;
			sparse @3 :Bool;
		}
		dev :group {
			names @4 :List(Text);
		}
		link @5 :Text;
		inner @6 :Small;
	}
}

struct Rich {
	numbers @0 :Numbers;
	lists @1 :Lists;
	text @2 :Text;
	data @3 :Data;
	colour @4 :Colour;
	greeting @5 :Text = "hello";
	magic @6 :Data = 0x"c0ffee";
	mounts @7 :List(Mount);
	children @8 :List(Rich);
	next @9 :Rich;
	empty @10 :Empty;
	flags :group {
		verbose @11 :Bool;
		levelMax @12 :UInt8 = 7;
	}
	kind :union {
		nothing @13 :Void;
		number @14 :Float64;
		word @15 :Text;
		mount @16 :Mount;
		numbers @17 :List(UInt32);
	}
	size @18 :UInt64 $Capos.size;
}

interface Door {
	# Answers how wide it stands open.
	open @0 (angle :UInt16, key :Door) -> (angle :UInt16, hinge :Door);
	close @1 () -> ();
	paint @2 (colour :Text, coats :UInt8) -> (dry :Bool);
	visitors @3 () -> (names :List(Text), doors :List(Door));
	move @4 Point -> Point;
	unlock @5 (keys :List(Door)) -> ();
}

interface Gate extends(Door) {
	lift @0 (by :UInt64) -> (height :UInt64);
}

# How Small, a point and a method looked before and after they grew.
struct SmallBefore {
	id @0 :UInt16;
}

struct SmallAfter {
	id @0 :UInt16;
	name @1 :Text;
	more @2 :UInt64 = 77;
	tail @3 :List(UInt8);
	deep @4 :SmallAfter;
}

struct Grown {
	# register form once, now with a text
	x @0 :Int32 = -5;
	y @1 :Int16 = 3;
	note @2 :Text = "none";
}

struct Wide {
	w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64;
	w4 @4 :UInt64; w5 @5 :UInt64; w6 @6 :UInt64; w7 @7 :UInt64;
}

# One word too many for registers.
struct TooWide {
	w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64;
	w4 @4 :UInt64; w5 @5 :UInt64; w6 @6 :UInt64; w7 @7 :UInt64; w8 @8 :UInt8;
}
