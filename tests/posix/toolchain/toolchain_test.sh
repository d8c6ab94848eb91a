#!/bin/sh
# SPDX-License-Identifier: MIT
#
# toolchain_test.sh TOOLS DIR: small sources of every kind, prepared by TOOLS/capos-configure, become
# components. CMake is tried where it is installed.
set -eu

tools=$1
dir=$2
rm -rf "$dir"
mkdir -p "$dir"

fail() {
	echo "$1" >&2
	exit 1
}

# source NAME: a new source folder with one C file
source_of() {
	mkdir -p "$dir/$1/source" "$dir/$1/build"
	echo 'int puts(const char *); int main(void) { return puts("hello") < 0; }' > "$dir/$1/source/hello.c"
}

# prepare and make; what comes out has to be linked with libcapos-posix
builds() {
	(cd "$dir/$1/build" && "$tools/capos-configure" ../source && env -u MAKEFLAGS -u MAKELEVEL make) \
		> "$dir/$1/log" 2>&1 || { cat "$dir/$1/log"; fail "$1: is not built"; }
	nm "$dir/$1/build/hello" | grep -q __capos_syscall || fail "$1: is no component"
	[ "$(ls "$dir/$1/source" | wc -l)" = "$2" ] || fail "$1: the source is touched"
}

# The preprocessor alone, as configure scripts call it: the file it is given, with musl's headers only.
source_of preprocessor
printf '#include <stdio.h>\nhere: BUFSIZ\n' > "$dir/preprocessor/source/hello.c"
preprocess() { "$tools/capos-cc" -E "$@" "$dir/preprocessor/source/hello.c" < /dev/null; }
preprocess -P | grep -q '^here: 1024$' || fail "capos-cc -E does not preprocess its file"
! preprocess | grep -q '"/usr/include/' || fail "capos-cc -E reads the host's headers"

source_of makefile
printf 'CC = gcc\nhello: hello.o\n\t$(CC) -o hello hello.o\nhello.o: hello.c\n\t$(CC) -c hello.c\n' \
	> "$dir/makefile/source/Makefile"
builds makefile 2

source_of configure
cat > "$dir/configure/source/configure" << 'END'
#!/bin/sh
printf 'hello: %s/hello.c\n\t%s -o hello %s/hello.c\n' "$(dirname $0)" "$CC" "$(dirname $0)" > Makefile
END
chmod +x "$dir/configure/source/configure"
builds configure 2

if command -v cmake > /dev/null; then
	source_of cmake
	printf 'cmake_minimum_required(VERSION 3.10)\nproject(hello C)\nadd_executable(hello hello.c)\n' \
		> "$dir/cmake/source/CMakeLists.txt"
	builds cmake 2
fi

source_of nothing
if (cd "$dir/nothing/build" && "$tools/capos-configure" ../source) 2> "$dir/nothing/log"; then
	fail "a source without anything is prepared"
fi
grep -q 'neither configure nor CMakeLists.txt nor Makefile' "$dir/nothing/log" || fail "it is not told why"
