/* SPDX-License-Identifier: MIT */
/*
 * Lua knows the lines of calls only, not of the fields of a table. So the text is
 * looked through for them: just enough of Lua's lexical form to skip strings and
 * comments and to count braces. A wrong guess costs no more than a line number.
 */
#include "source.h"

#include <ctype.h>
#include <string.h>

struct scanner {
	const char *at;
	const char *end;
	uint32_t line;
};

enum token {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_STRING,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_ASSIGN,
	TOKEN_OTHER,
};

struct lexeme {
	enum token token;
	const char *start; /* NAME, STRING: its characters */
	size_t size;
	uint32_t line;
};

static char peek(const struct scanner *scanner, size_t ahead)
{
	return (size_t)(scanner->end - scanner->at) > ahead ? scanner->at[ahead] : '\0';
}

static void advance(struct scanner *scanner)
{
	if (*scanner->at++ == '\n')
		scanner->line++;
}

/* The number of '=' of a long bracket that begins here, or -1: none does. */
static int long_bracket(const struct scanner *scanner)
{
	size_t ahead = 1;

	if (peek(scanner, 0) != '[')
		return -1;
	while (peek(scanner, ahead) == '=')
		ahead++;
	return peek(scanner, ahead) == '[' ? (int)ahead - 1 : -1;
}

static bool closes(const struct scanner *scanner, int level)
{
	if (peek(scanner, 0) != ']' || peek(scanner, (size_t)level + 1) != ']')
		return false;
	for (int i = 1; i <= level; i++) {
		if (peek(scanner, (size_t)i) != '=')
			return false;
	}
	return true;
}

static void skip_long(struct scanner *scanner, int level)
{
	while (scanner->at < scanner->end && !closes(scanner, level))
		advance(scanner);
	for (int i = 0; i < level + 2 && scanner->at < scanner->end; i++)
		advance(scanner);
}

static void skip_comment(struct scanner *scanner)
{
	scanner->at += 2;
	const int level = long_bracket(scanner);
	if (level >= 0) {
		skip_long(scanner, level);
		return;
	}
	while (scanner->at < scanner->end && *scanner->at != '\n')
		scanner->at++;
}

static void skip_blanks(struct scanner *scanner)
{
	while (scanner->at < scanner->end) {
		if (isspace((unsigned char)*scanner->at))
			advance(scanner);
		else if (peek(scanner, 0) == '-' && peek(scanner, 1) == '-')
			skip_comment(scanner);
		else
			return;
	}
}

static void quoted(struct scanner *scanner, struct lexeme *lexeme)
{
	const char quote = *scanner->at++;

	lexeme->token = TOKEN_STRING;
	lexeme->start = scanner->at;
	while (scanner->at < scanner->end && *scanner->at != quote && *scanner->at != '\n') {
		if (*scanner->at == '\\' && scanner->at + 1 < scanner->end)
			advance(scanner);
		advance(scanner);
	}
	lexeme->size = (size_t)(scanner->at - lexeme->start);
	if (scanner->at < scanner->end)
		advance(scanner);
}

static void word(struct scanner *scanner, struct lexeme *lexeme)
{
	lexeme->token = TOKEN_NAME;
	lexeme->start = scanner->at;
	while (scanner->at < scanner->end &&
	       (isalnum((unsigned char)*scanner->at) || *scanner->at == '_'))
		scanner->at++;
	lexeme->size = (size_t)(scanner->at - lexeme->start);
}

static enum token punctuation(struct scanner *scanner)
{
	const char c = *scanner->at++;

	switch (c) {
	case '{': return TOKEN_OPEN;
	case '}': return TOKEN_CLOSE;
	case '=':
		if (peek(scanner, 0) != '=')
			return TOKEN_ASSIGN;
		scanner->at++;
		return TOKEN_OTHER;
	case '~':
	case '<':
	case '>':
		if (peek(scanner, 0) == '=')
			scanner->at++;
		return TOKEN_OTHER;
	default: return TOKEN_OTHER;
	}
}

static struct lexeme next(struct scanner *scanner)
{
	skip_blanks(scanner);
	struct lexeme lexeme = {.token = TOKEN_END, .line = scanner->line};
	if (scanner->at >= scanner->end)
		return lexeme;

	const char c = *scanner->at;
	const int level = long_bracket(scanner);
	if (level >= 0) {
		skip_long(scanner, level);
		lexeme.token = TOKEN_OTHER;
	} else if (c == '"' || c == '\'') {
		quoted(scanner, &lexeme);
	} else if (isalnum((unsigned char)c) || c == '_') {
		word(scanner, &lexeme);
	} else if (c == '[' || c == ']') {
		scanner->at++; /* ["field"] is looked at like field */
		return next(scanner);
	} else {
		lexeme.token = punctuation(scanner);
	}
	return lexeme;
}

static bool named(const struct lexeme *lexeme, const char *name)
{
	return (lexeme->token == TOKEN_NAME || lexeme->token == TOKEN_STRING) &&
	       lexeme->size == strlen(name) && !memcmp(lexeme->start, name, lexeme->size);
}

/* Looks through one table, whose '{' was just read, for `name =`; 0: not there. */
static uint32_t find_in_table(struct scanner *scanner, const char *name, bool any_depth)
{
	struct lexeme before = {.token = TOKEN_OTHER};
	unsigned depth = 1;

	for (;;) {
		const struct lexeme lexeme = next(scanner);
		switch (lexeme.token) {
		case TOKEN_END: return 0;
		case TOKEN_OPEN: depth++; break;
		case TOKEN_CLOSE:
			if (--depth == 0)
				return 0;
			break;
		case TOKEN_ASSIGN:
			if ((depth == 1 || any_depth) && named(&before, name))
				return before.line;
			break;
		case TOKEN_NAME:
		case TOKEN_STRING:
		case TOKEN_OTHER: break;
		}
		before = lexeme;
	}
}

static bool skip_to_line(struct scanner *scanner, uint32_t line)
{
	while (scanner->line < line && scanner->at < scanner->end)
		advance(scanner);
	return scanner->line == line;
}

/* Within the table where the field was found: the rest of the path, as deep as it may be. */
static uint32_t follow(struct scanner *scanner, uint32_t line, const char *const *path)
{
	for (; *path; path++) {
		struct lexeme lexeme = next(scanner);
		if (lexeme.token != TOKEN_OPEN)
			return line;
		const uint32_t found = find_in_table(scanner, *path, true);
		if (found == 0)
			return line;
		line = found;
	}
	return line;
}

uint32_t source_field_line(const struct source *source, uint32_t line, const char *const *path)
{
	struct scanner scanner = {
		.at = source->text, .end = source->text + source->size, .line = 1};

	if (!skip_to_line(&scanner, line))
		return 0;
	/* the first table that begins in this line, or else the first behind it, with the field */
	for (bool seen = false;;) {
		const struct lexeme lexeme = next(&scanner);
		if (lexeme.token == TOKEN_END || (seen && lexeme.line != line))
			return 0;
		if (lexeme.token != TOKEN_OPEN)
			continue;
		seen = true;
		struct scanner inside = scanner;
		const uint32_t found = find_in_table(&inside, path[0], false);
		if (found)
			return follow(&inside, found, path + 1);
	}
}
