/* SPDX-License-Identifier: MIT */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include <native_process.h>
#include <syscall/error.h>

#include "birth.h"
#include "exec.h"
#include "process.h"

enum {
	ARGUMENTS_SIZE_MAX = 128 * 1024, /* of arguments and environment */
	SCRIPT_LINE_MAX = 256,
	SCRIPT_DEPTH_MAX = 4,
};

/* A program's file in memory. */
struct image {
	struct node *node;
	const void *at;
	size_t size;
	void *pages; /* a copy, where the file system has it in pieces; or NULL */
};

/* ---- the file ------------------------------------------------------------------------------- */

static size_t page_round(size_t size)
{
	return (size + NATIVE_PAGE_SIZE - 1) & ~(size_t)(NATIVE_PAGE_SIZE - 1);
}

static void image_fini(struct image *image)
{
	if (image->pages)
		(void)native_pages_free(image->pages, page_round(image->size)); /* our own */
	node_put(image->node);
}

static int read_all(struct node *node, uint8_t *to, size_t size)
{
	for (size_t done = 0; done < size;) {
		const ssize_t part =
			node->file_system->ops->read(node, to + done, size - done, (off_t)done);
		if (part <= 0)
			return part < 0 ? (int)part : -EIO; /* it has been cut */
		done += (size_t)part;
	}
	return 0;
}

static int image_copy(struct image *image)
{
	struct stat status;

	vfs_status(image->node, &status);
	image->size = (size_t)status.st_size;
	if (image->size == 0)
		return -ENOEXEC;
	int error = error_of(native_pages_alloc(page_round(image->size), &image->pages));
	if (!error)
		error = read_all(image->node, image->pages, image->size);
	image->at = image->pages;
	return error;
}

static int image_init(struct process *process, const char *path, struct image *image)
{
	struct node *node;

	const int error = vfs_find(&process->vfs, process->directory, path, false, &node);
	if (error)
		return error;
	*image = (struct image){.node = node};
	if (!S_ISREG(node->mode) || !(node->mode & 0111) || !node->file_system->ops->read) {
		image_fini(image);
		return -EACCES;
	}
	if (node->file_system->ops->content)
		image->at = node->file_system->ops->content(node, &image->size);
	const int copied = image->at ? 0 : image_copy(image);
	if (copied)
		image_fini(image);
	return copied;
}

/* ---- scripts -------------------------------------------------------------------------------- */

/* The first line of a script: what follows #!, cut at blanks into two. */
struct script {
	char line[SCRIPT_LINE_MAX];
	char *interpreter;
	char *argument; /* or NULL */
};

static bool script_read(const struct image *image, struct script *script)
{
	const char *text = image->at;
	const size_t size = image->size < SCRIPT_LINE_MAX ? image->size : SCRIPT_LINE_MAX - 1;

	if (size < 3 || text[0] != '#' || text[1] != '!')
		return false;
	memcpy(script->line, text, size);
	script->line[size] = '\0';
	script->line[strcspn(script->line, "\n")] = '\0';
	script->interpreter = script->line + 2 + strspn(script->line + 2, " \t");
	script->argument = script->interpreter + strcspn(script->interpreter, " \t");
	if (*script->argument) {
		*script->argument++ = '\0';
		script->argument += strspn(script->argument, " \t");
	}
	if (!*script->argument)
		script->argument = NULL;
	return *script->interpreter != '\0';
}

/* ---- its start ------------------------------------------------------------------------------ */

struct texts {
	struct capnp_text *items;
	uint32_t count;
	size_t size;
};

static uint32_t count_of(char *const *strings)
{
	uint32_t count = 0;

	while (strings && strings[count])
		count++;
	return count;
}

static void add_text(struct texts *texts, const char *string)
{
	const struct capnp_text text = {.at = string, .size = (uint32_t)strlen(string)};

	texts->size +=
		text.size + 1 + 2 * sizeof(uint64_t); /* its pointer, and what is rounded up */
	texts->items[texts->count++] = text;
}

static int start(const struct image *image, struct child *child, const struct birth *birth,
                 size_t texts_size)
{
	void *message;
	uint32_t size;

	const int error = birth_message(birth, texts_size, &message, &size);
	if (error)
		return error;
	const struct native_spawn spawn = {
		.image = image->at,
		.image_size = image->size,
		.birth = message,
		.birth_size = size,
		.name = birth->args.count ? birth->args.items[0].at : "",
		.child = child,
	};
	const enum status status = native_child_create(&spawn, &child->native);
	native_heap_free(message);
	return status == ERR_BAD_ARG ? -ENOEXEC : error_of(status);
}

static int exec_image(struct process *process, struct child *child, const struct image *image,
                      const struct texts *arguments, const struct texts *environment)
{
	struct birth_parts *parts = native_heap_alloc(sizeof *parts);
	struct birth birth;

	if (!parts)
		return -ENOMEM;
	int error = birth_make(process, child, BIRTH_OF_EXEC, parts, &birth);
	if (!error) {
		birth.args.items = arguments->items;
		birth.args.count = arguments->count;
		birth.env.items = environment->items;
		birth.env.count = environment->count;
		error = start(image, child, &birth, arguments->size + environment->size);
	}
	native_heap_free(parts);
	return error;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static bool is_elf(const struct image *image)
{
	return image->size >= SELFMAG && memcmp(image->at, ELFMAG, SELFMAG) == 0;
}

/* Finds the program, by way of scripts, whose words are put in front of the arguments. */
static int find_program(struct process *process, const char *path, struct script *scripts,
                        unsigned *out_depth, struct image *image)
{
	int error = image_init(process, path, image);

	*out_depth = 0;
	while (!error && !is_elf(image)) {
		const bool script =
			*out_depth < SCRIPT_DEPTH_MAX && script_read(image, &scripts[*out_depth]);
		image_fini(image);
		if (!script)
			return *out_depth == SCRIPT_DEPTH_MAX ? -ELOOP : -ENOEXEC;
		error = image_init(process, scripts[(*out_depth)++].interpreter, image);
	}
	return error;
}

int exec_child(struct process *process, struct child *child, const char *path,
               char *const *arguments, char *const *environment)
{
	const uint32_t argument_count = count_of(arguments);
	const uint32_t environment_count = count_of(environment);
	struct script *scripts = native_heap_alloc(SCRIPT_DEPTH_MAX * sizeof *scripts);
	struct texts words = {.items = native_heap_alloc((argument_count + 3 * SCRIPT_DEPTH_MAX) *
	                                                 sizeof *words.items)};
	struct texts variables = {
		.items = native_heap_alloc((environment_count + 1) * sizeof *variables.items)};
	struct image image;
	unsigned depth;
	int error = -ENOMEM;

	if (!scripts || !words.items || !variables.items)
		goto fail;
	error = find_program(process, path, scripts, &depth, &image);
	if (error)
		goto fail;
	/* innermost interpreter first; each is told the script it is for */
	for (unsigned i = depth; i-- > 0;) {
		add_text(&words, scripts[i].interpreter);
		if (scripts[i].argument)
			add_text(&words, scripts[i].argument);
	}
	if (depth)
		add_text(&words, path);
	for (uint32_t i = depth ? 1 : 0; i < argument_count; i++)
		add_text(&words, arguments[i]);
	for (uint32_t i = 0; i < environment_count; i++)
		add_text(&variables, environment[i]);
	error = words.size + variables.size > ARGUMENTS_SIZE_MAX
	                ? -E2BIG
	                : exec_image(process, child, &image, &words, &variables);
	if (!error)
		child->program = node_get(image.node);
	image_fini(&image);
fail:
	native_heap_free(variables.items);
	native_heap_free(words.items);
	native_heap_free(scripts);
	return error;
}
