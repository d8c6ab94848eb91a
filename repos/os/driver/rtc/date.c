/* SPDX-License-Identifier: MIT */
#include "date.h"

enum { EPOCH = 1970, YEAR_MAX = 9999 };

static bool leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_of(unsigned year, unsigned month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && leap(year));
}

bool date_valid(const struct date *date)
{
	return date->year >= EPOCH && date->year <= YEAR_MAX && date->month >= 1 &&
	       date->month <= 12 && date->day >= 1 &&
	       date->day <= days_of(date->year, date->month) && date->hours <= 23 &&
	       date->minutes <= 59 && date->seconds <= 59;
}

/* Leap days from the year 1 to the end of this one. */
static int64_t leap_days(unsigned year)
{
	return year / 4 - year / 100 + year / 400;
}

int64_t date_seconds(const struct date *date)
{
	int64_t days = (int64_t)(date->year - EPOCH) * 365 + leap_days(date->year - 1) -
	               leap_days(EPOCH - 1) + date->day - 1;

	for (unsigned month = 1; month < date->month; month++)
		days += days_of(date->year, month);
	return ((days * 24 + date->hours) * 60 + date->minutes) * 60 + date->seconds;
}
