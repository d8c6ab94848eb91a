/* SPDX-License-Identifier: MIT */
/*
 * CMOS: the real-time clock of a PC (Motorola MC146818A data sheet), and where firmware keeps the century.
 */
#pragma once

#include <device/ports.h>

#include "date.h"

enum { CMOS_PORT = 0x70, CMOS_PORTS = 2 };

enum { /* registers */
       CMOS_SECONDS = 0x00,
       CMOS_MINUTES = 0x02,
       CMOS_HOURS = 0x04,
       CMOS_DAY = 0x07,
       CMOS_MONTH = 0x08,
       CMOS_YEAR = 0x09,
       CMOS_A = 0x0a,
       CMOS_B = 0x0b,
       CMOS_CENTURY = 0x32,
       CMOS_REGISTERS = 0x33
};

/* What the registers say; the bits of B tell how the others count. */
struct date cmos_decode(const uint8_t registers[CMOS_REGISTERS]);

/*
 * Reads the clock between two of its updates. ERR_NOT_NOW: it is always in one, or shows no date that can be;
 * otherwise as ports_read.
 */
enum status cmos_read(const struct ports *ports, struct date *out_date);
