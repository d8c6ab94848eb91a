/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

/* The loops below are what the compiler would call in their place. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

/* Word by word where both ends allow it. */
void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	char *t = to;
	const char *f = from;

	if ((((uintptr_t)t | (uintptr_t)f) & 7) == 0) {
		for (; size >= 8; size -= 8, t += 8, f += 8)
			*(uint64_t *)(void *)t = *(const uint64_t *)(const void *)f;
	}
	while (size-- > 0)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	char *t = to;
	const char *f = from;

	if (t <= f || t >= f + size) {
		while (size-- > 0)
			*t++ = *f++;
		return to;
	}
	while (size-- > 0)
		t[size] = f[size];
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	char *t = to;
	const uint64_t word = 0x0101010101010101ul * (unsigned char)byte;

	if (((uintptr_t)t & 7) == 0) {
		for (; size >= 8; size -= 8, t += 8)
			*(uint64_t *)(void *)t = word;
	}
	while (size-- > 0)
		*t++ = (char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;

	for (; size > 0; size--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

size_t strlen(const char *text)
{
	size_t size = 0;

	while (text[size])
		size++;
	return size;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}
