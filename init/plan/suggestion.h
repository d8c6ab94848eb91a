/* SPDX-License-Identifier: MIT */
/*
 * Suggestion: the known word nearest to one that is not known.
 *
 * Nearness is the number of typing slips (a letter too much, too few, wrong,
 * or two swapped), upper and lower case being the same. Words further away
 * than about a third of their length are no suggestion.
 */
#pragma once

enum { SUGGESTION_WORD_MAX = 64, SUGGESTION_BYTES_MAX = SUGGESTION_WORD_MAX + 24 };

struct suggestion {
	const char *word;
	const char *best; /* not owned; NULL: nothing near */
	unsigned distance;
	char text[SUGGESTION_BYTES_MAX];
};

void suggestion_init(struct suggestion *suggestion, const char *word);
void suggestion_offer(struct suggestion *suggestion, const char *candidate);

/* " (did you mean 'best'?)", or "" when nothing was near. */
const char *suggestion_text(struct suggestion *suggestion);
