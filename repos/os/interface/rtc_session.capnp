# SPDX-License-Identifier: MIT
#
# Rtc: the time of day.
@0xc0a5000000000e10;

interface Rtc @0xc0a5c0a520000e10 {
	# `seconds` since the beginning of 1970, UTC, without leap seconds, as POSIX counts them: so it was when the time
	# since the boot was `at`, in nanoseconds, to a second. ERR_NOT_NOW: the device shows no time that can be.
	time @0 () -> (seconds :Int64, at :UInt64);
}
