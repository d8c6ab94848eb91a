/* SPDX-License-Identifier: MIT */
#include "label.h"

#include <string.h>

static const char arrow[] = " -> ";

static size_t trimmed(const char **text)
{
	*text += strspn(*text, " ");
	size_t size = strlen(*text);
	while (size > 0 && (*text)[size - 1] == ' ')
		size--;
	return size;
}

bool label_set(struct label *label, const char *text)
{
	const size_t size = strlen(text);

	if (size >= LABEL_BYTES_MAX)
		return false;
	memcpy(label->text, text, size + 1);
	return true;
}

bool label_equal(const char *left, const char *right)
{
	const size_t left_size = trimmed(&left);
	const size_t right_size = trimmed(&right);

	return left_size == right_size && !memcmp(left, right, left_size);
}

static bool append(struct label *label, size_t *used, const char *text)
{
	const size_t size = strlen(text);

	if (size >= LABEL_BYTES_MAX - *used)
		return false;
	memcpy(label->text + *used, text, size + 1);
	*used += size;
	return true;
}

bool label_join(struct label *out, const char *left, const char *right)
{
	size_t used = 0;

	return append(out, &used, left) && append(out, &used, *left && *right ? arrow : "") &&
	       append(out, &used, right);
}

const char *label_last(const char *text)
{
	const char *next;

	while ((next = strstr(text, arrow)))
		text = next + strlen(arrow);
	return text;
}

void label_identity(struct label *out, const struct label *label)
{
	const char *last = label_last(label->text);
	const size_t size = last == label->text ? 0 : (size_t)(last - label->text) - strlen(arrow);

	memcpy(out->text, label->text, size);
	out->text[size] = '\0';
}
