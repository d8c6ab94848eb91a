/* SPDX-License-Identifier: MIT */
#include "policy_files.h"

#include "elf_section.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char SCHEMA_SECTION[] = ".capos.schema";

enum { TEXT_SIZE_MAX = 1 << 20 };

char *policy_files_read(const char *path, size_t *out_size)
{
	FILE *file = fopen(path, "rbe");
	if (!file)
		return NULL;
	char *text = malloc(TEXT_SIZE_MAX + 1);
	if (text) {
		*out_size = fread(text, 1, TEXT_SIZE_MAX, file);
		text[*out_size] = '\0';
	}
	fclose(file);
	return text;
}

static enum status include(void *self, const char *path, struct policy_source *out)
{
	struct policy_files *files = self;

	free(files->text);
	files->text = policy_files_read(path, &out->size);
	if (!files->text)
		return ERR_GONE;
	out->text = files->text;
	return OK;
}

static enum policy_schema schema(void *self, const char *binary, const void **out, size_t *out_size)
{
	struct policy_files *files = self;
	char path[POLICY_FILES_PATH_MAX];
	void *bytes = NULL;

	const int size = snprintf(path, sizeof path, "%s/components/%s", files->build, binary);
	if (strchr(binary, '/') || size < 0 || (size_t)size >= sizeof path)
		return SCHEMA_NO_BINARY;
	switch (elf_section_read(path, SCHEMA_SECTION, &bytes, out_size)) {
	case ELF_SECTION_NO_FILE: return SCHEMA_NO_BINARY;
	case ELF_SECTION_NONE: return SCHEMA_NONE;
	case ELF_SECTION_FOUND: break;
	}
	free(files->schema);
	files->schema = bytes;
	*out = bytes;
	return SCHEMA_FOUND;
}

void policy_files_init(struct policy_files *files, const char *build)
{
	*files = (struct policy_files){0};
	files->host = (struct policy_host){
		.self = files, .include = include, .schema = *build ? schema : NULL};
	snprintf(files->build, sizeof files->build, "%s", build);
}

void policy_files_fini(struct policy_files *files)
{
	free(files->text);
	free(files->schema);
	files->text = NULL;
	files->schema = NULL;
}
