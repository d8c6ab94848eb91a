/* SPDX-License-Identifier: MIT */
/*
 * Date: a day of the Gregorian calendar and a time in it, UTC.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct date {
	unsigned year, month, day; /* from 1 */
	unsigned hours, minutes, seconds;
};

/* Whether there is such a day and time, from 1970 on; leap seconds are none. */
bool date_valid(const struct date *date);
/* Of a valid one: "Seconds Since the Epoch" of POSIX.1-2017, 4.16. */
int64_t date_seconds(const struct date *date);
