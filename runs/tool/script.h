/* SPDX-License-Identifier: MIT */
/*
 * Script: the part of the tool that is written in Lua, carried in the binary.
 *
 * Each file of lua/ is a module of its base name. A command's module answers a
 * function of the argument list, which answers the exit status.
 */
#pragma once

#include <stddef.h>

/* The embedded files, in a source the build generates (embed.lua). */
struct script_file {
	const char *name;
	const char *text;
	size_t size;
};
extern const struct script_file script_files[];
extern const size_t script_file_count;

/* Runs module `name` with the arguments after argv[0]; answers the exit status. */
int script_command(const char *name, int argc, char **argv);
