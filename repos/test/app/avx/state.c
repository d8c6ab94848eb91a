/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "avx.h"

enum {
	MXCSR_INITIAL = 0x1f80,
	MXCSR_ROUNDING = 13, /* two bits */
	MXCSR_ZERO_DENORMALS = 1 << 6,
	FCW_INITIAL = 0x37f,
	FCW_ROUNDING = 10,
};

#define ONE 0x3ff0000000000000ul /* the double 1.0; what is added are bits of its fraction */

void avx_fill(struct avx_state *state, uint64_t seed)
{
	for (unsigned i = 0; i < AVX_REGISTERS; i++) {
		for (unsigned w = 0; w < AVX_WORDS; w++)
			state->ymm[i][w] = seed * 0x9e3779b97f4a7c15ul + i * AVX_WORDS + w + 1;
	}
	state->st0 = ONE + (seed & 0xffffff);
	state->mxcsr =
		MXCSR_INITIAL | (uint32_t)(1 + seed % 3) << MXCSR_ROUNDING | MXCSR_ZERO_DENORMALS;
	state->fcw = FCW_INITIAL | (uint32_t)(1 + seed % 3) << FCW_ROUNDING;
}

bool avx_same(const struct avx_state *a, const struct avx_state *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool avx_initial(const struct avx_state *state)
{
	for (unsigned i = 0; i < AVX_REGISTERS; i++) {
		for (unsigned w = 0; w < AVX_WORDS; w++) {
			if (state->ymm[i][w] != 0)
				return false;
		}
	}
	return state->mxcsr == MXCSR_INITIAL && state->fcw == FCW_INITIAL;
}
