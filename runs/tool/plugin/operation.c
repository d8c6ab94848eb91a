/* SPDX-License-Identifier: MIT */
#include "operation.h"

#include <stdbool.h>

/* A nop that names an address, as opposed to those that pad code: 0f 1f 80, and our number. */
enum { MARK_BYTES = 7, MARK_NUMBER = 3 };

struct encoding {
	bool lock, repeat, operand_size; /* f0, f3, 66 */
	uint8_t opcode;
	uint8_t mod, reg; /* of the byte behind the opcode, where there is one */
};

static bool prefix(uint8_t byte, struct encoding *encoding)
{
	switch (byte) {
	case 0xf0: encoding->lock = true; return true;
	case 0xf3: encoding->repeat = true; return true;
	case 0x66: encoding->operand_size = true; return true;
	case 0xf2:
	case 0x67:
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65: return true;
	default: return byte >= 0x40 && byte <= 0x4f; /* REX */
	}
}

/* Opcodes behind 0f. */
static unsigned two_bytes(const struct encoding *encoding)
{
	const bool memory = encoding->mod != 3;

	switch (encoding->opcode) {
	case 0x01: return encoding->reg == 6 ? OPERATION_CR0 : 0; /* lmsw */
	case 0x06: return OPERATION_CR0;
	case 0x22:
		return encoding->reg == 0 ? OPERATION_CR0 : encoding->reg == 3 ? OPERATION_CR3 : 0;
	case 0x30: return OPERATION_MSR;
	case 0xae:
		if (!memory)
			return encoding->repeat && (encoding->reg == 2 || encoding->reg == 3)
			               ? OPERATION_BASE
			               : 0;
		/* fxsave, fxrstor, xsave, xrstor, xsaveopt; with 66, /6 is clwb */
		return encoding->reg <= 1 || encoding->reg == 4 || encoding->reg == 5 ||
		                       (encoding->reg == 6 && !encoding->operand_size)
		               ? OPERATION_VECTOR
		               : 0;
	case 0xc7: /* xrstors, xsavec, xsaves */
		return memory && encoding->reg >= 3 && encoding->reg <= 5 ? OPERATION_VECTOR : 0;
	default: return 0;
	}
}

static unsigned one_byte(const struct encoding *encoding)
{
	switch (encoding->opcode) {
	case 0x86:
	case 0x87: return encoding->mod != 3 ? OPERATION_LOCKED : 0;
	case 0xc2:
	case 0xc3: return OPERATION_RETURN;
	case 0xe8: return OPERATION_CALL;
	case 0xfa: return OPERATION_CLI;
	case 0xfb: return OPERATION_STI;
	case 0xff: return encoding->reg == 2 || encoding->reg == 3 ? OPERATION_CALL : 0;
	default: return 0;
	}
}

unsigned operation_of(const uint8_t *bytes, size_t size)
{
	struct encoding encoding = {0};
	size_t at = 0;

	if (size == MARK_BYTES && bytes[0] == 0x0f && bytes[1] == 0x1f && bytes[2] == 0x80)
		return OPERATION_MARK;
	while (at < size && prefix(bytes[at], &encoding))
		at++;
	const bool two = at + 1 < size && bytes[at] == 0x0f;
	at += two;
	if (at >= size)
		return 0;
	encoding.opcode = bytes[at];
	if (at + 1 < size) {
		encoding.mod = bytes[at + 1] >> 6;
		encoding.reg = bytes[at + 1] >> 3 & 7;
	}
	return (two ? two_bytes(&encoding) : one_byte(&encoding)) |
	       (encoding.lock ? OPERATION_LOCKED : 0u);
}

uint32_t operation_mark(const uint8_t *bytes)
{
	return bytes[MARK_NUMBER] | bytes[MARK_NUMBER + 1] << 8 | bytes[MARK_NUMBER + 2] << 16 |
	       (uint32_t)bytes[MARK_NUMBER + 3] << 24;
}
