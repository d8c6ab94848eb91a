/* SPDX-License-Identifier: MIT */
#include <kettle_config/schema.h>
#include <lua/policy.h>
#include <plan/size.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <test/golden_policy.h>

enum { NAME_SIZE = 256, ANSWER_SIZE = DIAGNOSTICS_MAX * DIAGNOSTIC_BYTES_MAX * 2 };

struct golden {
	const struct golden_files *files;
	char *included; /* the last one */
	struct policy_host host;
	struct policy_options options;
};

static enum status include(void *self, const char *path, struct policy_source *out)
{
	struct golden *golden = self;

	free(golden->included);
	golden->included = golden->files->read(golden->files->self, path, &out->size);
	out->text = golden->included;
	return golden->included ? OK : ERR_GONE;
}

static enum policy_schema schema(void *self, const char *binary, const void **out, size_t *out_size)
{
	static const uint64_t damage[2] = {0x1234, 0x5678};

	(void)self; /* always the same three binaries */
	if (!strcmp(binary, "plain"))
		return SCHEMA_NONE;
	if (!strcmp(binary, "kettle")) {
		*out = kettle_config_schema;
		*out_size = kettle_config_schema_size;
		return SCHEMA_FOUND;
	}
	*out = damage;
	*out_size = sizeof(damage);
	return !strcmp(binary, "damaged") ? SCHEMA_FOUND : SCHEMA_NO_BINARY;
}

static bool set_option(struct golden *golden, const char *word)
{
	struct validate_options *validate = &golden->options.validate;

	if (!strncmp(word, "ram=", 4))
		return size_parse(word + 4, &validate->ram);
	if (!strncmp(word, "caps=", 5))
		return size_parse(word + 5, &validate->caps);
	if (!strcmp(word, "binary"))
		validate->functions = false;
	else if (!strcmp(word, "nested"))
		validate->parent_services = NULL;
	else if (!strcmp(word, "no_include"))
		golden->host.include = NULL;
	else if (!strcmp(word, "schema"))
		golden->host.schema = schema;
	else
		return false;
	return true;
}

static bool set_options(struct golden *golden, const char *text)
{
	static const char *const core_services[] = {"PD", "CPU", "RM", "ROM", "LOG", "Timer", NULL};
	static const char mark[] = "-- check:";
	char line[NAME_SIZE], *rest = line;

	golden->host = (struct policy_host){.self = golden, .include = include};
	golden->options.host = &golden->host;
	golden->options.validate.functions = true;
	golden->options.validate.parent_services = core_services;
	if (strncmp(text, mark, strlen(mark)) != 0)
		return true;
	text += strlen(mark);
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	for (char *word; (word = strsep(&rest, " ")) != NULL;) {
		if (*word && !set_option(golden, word))
			return false;
	}
	return true;
}

static char *print(const struct diagnostics *diagnostics)
{
	char *text = calloc(1, ANSWER_SIZE);
	char line[DIAGNOSTIC_BYTES_MAX * 2];
	size_t used = 0;

	if (!text)
		return NULL;
	for (uint32_t i = 0; i < diagnostics->count; i++) {
		diagnostic_format(&diagnostics->items[i], line, sizeof(line));
		used += (size_t)snprintf(text + used, ANSWER_SIZE - used, "%s\n", line);
	}
	if (diagnostics->dropped)
		snprintf(text + used, ANSWER_SIZE - used, "and %u more\n", diagnostics->dropped);
	return text;
}

static char *evaluate(const struct golden *golden, const struct policy_source *source)
{
	struct diagnostics diagnostics = {0};
	struct policy *policy = NULL;
	const enum status status = policy_evaluate(source, &golden->options, &diagnostics, &policy);
	/* refused without a word, or in spite of an error taken: neither is an answer */
	char *answer = (status == OK) == (diagnostics.errors == 0) ? print(&diagnostics) : NULL;

	policy_destroy(policy);
	diagnostics_fini(&diagnostics);
	return answer;
}

char *golden_policy_answer(const struct golden_files *files, const char *name)
{
	struct golden golden = {.files = files};
	char file[NAME_SIZE], *answer = NULL;
	struct policy_source source = {.file = file};

	snprintf(file, sizeof(file), "%s.lua", name);
	char *text = files->read(files->self, file, &source.size);
	if (!text)
		return NULL;
	source.text = text;
	if (set_options(&golden, text))
		answer = evaluate(&golden, &source);
	free(golden.included);
	free(text);
	return answer;
}
