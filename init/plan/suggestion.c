/* SPDX-License-Identifier: MIT */
#include "suggestion.h"

#include <stdio.h>
#include <string.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Edit distance with swaps of neighbours; three rows of the usual table suffice. */
static unsigned slips(const char *left, const char *right)
{
	unsigned rows[3][SUGGESTION_WORD_MAX];
	const size_t columns = strlen(right);
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	for (unsigned x = 0; x <= columns; x++)
		above[x] = x;
	for (unsigned y = 1; left[y - 1]; y++) {
		row[0] = y;
		for (unsigned x = 1; x <= columns; x++) {
			const char a = lower(left[y - 1]), b = lower(right[x - 1]);
			unsigned best = above[x - 1] + (a != b);

			best = least(best, least(above[x], row[x - 1]) + 1);
			if (x > 1 && y > 1 && a == lower(right[x - 2]) && lower(left[y - 2]) == b)
				best = least(best, before[x - 2] + 1);
			row[x] = best;
		}
		unsigned *const oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[columns];
}

void suggestion_init(struct suggestion *suggestion, const char *word)
{
	*suggestion = (struct suggestion){.word = word};
	suggestion->distance = (unsigned)(strlen(word) + 2) / 3 + 1;
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate)
{
	const size_t length = strlen(suggestion->word);

	if (length >= SUGGESTION_WORD_MAX || strlen(candidate) >= SUGGESTION_WORD_MAX ||
	    length == 0)
		return;
	const unsigned distance = slips(suggestion->word, candidate);
	if (distance >= suggestion->distance || distance >= length)
		return;
	suggestion->distance = distance;
	suggestion->best = candidate;
}

const char *suggestion_text(struct suggestion *suggestion)
{
	suggestion->text[0] = '\0';
	if (suggestion->best)
		snprintf(suggestion->text, sizeof(suggestion->text), " (did you mean '%s'?)",
		         suggestion->best);
	return suggestion->text;
}
