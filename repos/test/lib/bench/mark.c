/* SPDX-License-Identifier: MIT */
#include <bench/mark.h>
#include <stdint.h>

enum { LETTERS = 256 };

/* A letter is where in here it is: the low byte of an address. */
static const _Alignas(LETTERS) uint8_t letters[LETTERS] = {0};

static void mark_letter(char letter)
{
	uint32_t nothing;

	asm volatile(MARK_TEXT(MARK_LETTER) "movzbl (%1), %0"
	             : "=r"(nothing)
	             : "r"(&letters[(uint8_t)letter]));
}

static void mark_number(unsigned number)
{
	if (number >= 10)
		mark_number(number / 10);
	mark_letter((char)('0' + number % 10));
}

void mark_report(const char *text, unsigned divisor)
{
	for (; *text; text++)
		mark_letter(*text);
	mark_letter(' ');
	mark_number(divisor);
	asm volatile(MARK_TEXT(MARK_REPORT) : :);
}
