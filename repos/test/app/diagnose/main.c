/* SPDX-License-Identifier: MIT */
/*
 * Diagnose: evaluates wrong policies with init's own code, on the target, and compares
 * what is said about each with its golden file.
 *
 * The configuration names them, one a line; the files are ROMs. What differs is logged
 * with FAILED in front, how many do not at the end.
 */
#include <base/log.h>
#include <base/rom.h>
#include <libc/libc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <test/golden_policy.h>

enum { TABLE_SLOTS = 1024, NAME_MAX_SIZE = 256 };

static char *read_rom(void *self, const char *name, size_t *out_size)
{
	struct env *env = self;
	struct rom rom;

	if (rom_open(env, name, &rom) != OK)
		return NULL;
	char *text = calloc(1, rom.size + 1);
	if (text && rom.size > 0)
		memcpy(text, rom.at, rom.size);
	*out_size = rom.size;
	rom_close(env, &rom);
	return text;
}

/* The first line that is not the same in both. */
static void tell_difference(struct env *env, const char *name, char *got, char *wanted)
{
	unsigned line = 1;

	for (;; line++) {
		const size_t got_size = strcspn(got, "\n"), wanted_size = strcspn(wanted, "\n");
		if (got_size != wanted_size || memcmp(got, wanted, got_size) != 0 ||
		    got[got_size] == '\0')
			break;
		got += got_size + 1;
		wanted += wanted_size + 1;
	}
	got[strcspn(got, "\n")] = '\0';
	wanted[strcspn(wanted, "\n")] = '\0';
	log_line(env, "FAILED %s, line %u", name, line);
	log_line(env, "  got:    %s", got);
	log_line(env, "  wanted: %s", wanted);
}

static bool diagnose(const struct golden_files *roms, const char *name)
{
	struct env *env = roms->self;
	char expected_name[NAME_MAX_SIZE];
	size_t size;

	text_format(expected_name, sizeof(expected_name), "%s.expected", name);
	char *expected = read_rom(env, expected_name, &size);
	char *answer = golden_policy_answer(roms, name);
	const bool same = expected && answer && strcmp(expected, answer) == 0;

	if (!expected)
		log_line(env, "FAILED %s: what is expected is missing", name);
	else if (!answer)
		log_line(env, "FAILED %s: no answer", name);
	else if (!same)
		tell_difference(env, name, answer, expected);
	free(answer);
	free(expected);
	return same;
}

static int run(struct env *env)
{
	const struct golden_files roms = {.self = env, .read = read_rom};
	unsigned right = 0, wrong = 0;
	size_t size;
	char *names = read_rom(env, "config", &size);
	char *rest = names;

	if (!names)
		return 2;
	for (char *name; (name = strsep(&rest, "\n")) != NULL;) {
		if (*name == '\0')
			continue;
		if (diagnose(&roms, name))
			right++;
		else
			wrong++;
	}
	free(names);
	log_line(env, "%u policies answered as expected", right);
	return wrong == 0 ? 0 : 1;
}

int component_main(struct env *env)
{
	if (env_grow_table(env, TABLE_SLOTS) != OK)
		return 2;
	return libc_run(env, run);
}
