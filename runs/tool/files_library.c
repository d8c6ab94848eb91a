/* SPDX-License-Identifier: MIT */
#include "archive.h"
#include "library.h"

#include <dirent.h>
#include <errno.h>
#include <lauxlib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int fail(lua_State *L, const char *subject, int error)
{
	lua_pushnil(L);
	lua_pushfstring(L, "%s: %s", subject, strerror(error));
	return 2;
}

/* now() -> milliseconds of a clock that never jumps */
static int clock_now(lua_State *L)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	lua_pushnumber(L, (lua_Number)now.tv_sec * 1e3 + (lua_Number)now.tv_nsec / 1e6);
	return 1;
}

/* make_directory(path): with all above it */
static int make_directory(lua_State *L)
{
	size_t size;
	const char *path = luaL_checklstring(L, 1, &size);
	char *copy = lua_newuserdatauv(L, size + 1, 0);

	memcpy(copy, path, size + 1);
	for (size_t i = 1; i <= size; i++) {
		if (copy[i] != '/' && copy[i] != '\0')
			continue;
		copy[i] = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
			return fail(L, copy, errno);
		copy[i] = path[i];
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* list(path) -> names in it, in no order, without those that begin with a dot */
static int list(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	struct dirent *entry;

	DIR *directory = opendir(path);
	if (!directory)
		return fail(L, path, errno);
	lua_newtable(L);
	for (lua_Integer i = 1; (entry = readdir(directory)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		lua_pushstring(L, entry->d_name);
		lua_rawseti(L, -2, i++);
	}
	closedir(directory);
	return 1;
}

/* size(path) -> bytes of a regular file, else nil and why */
static int size(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	struct stat status;

	if (stat(path, &status) != 0)
		return fail(L, path, errno);
	if (!S_ISREG(status.st_mode))
		return fail(L, path, EISDIR);
	lua_pushinteger(L, status.st_size);
	return 1;
}

/* hash(path) -> 16 hexadecimal digits (FNV-1a): names a content, withstands no forger */
static int hash(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	unsigned char block[65536];
	uint64_t value = 0xcbf29ce484222325;
	char text[17];
	size_t got;

	FILE *file = fopen(path, "rbe");
	if (!file)
		return fail(L, path, errno);
	while ((got = fread(block, 1, sizeof block, file)) > 0)
		for (size_t i = 0; i < got; i++)
			value = (value ^ block[i]) * 0x100000001b3;
	fclose(file);
	snprintf(text, sizeof text, "%016llx", (unsigned long long)value);
	lua_pushstring(L, text);
	return 1;
}

static struct archive_member member(lua_State *L, int index)
{
	struct archive_member result = {0};

	luaL_checktype(L, index, LUA_TTABLE);
	lua_getfield(L, index, "name");
	result.name = luaL_checkstring(L, -1);
	lua_getfield(L, index, "path");
	result.path = luaL_optstring(L, -1, NULL);
	lua_getfield(L, index, "bytes");
	result.bytes = luaL_optlstring(L, -1, "", &result.size);
	lua_pop(L, 3); /* the table keeps the strings */
	return result;
}

/* archive(path, { { name =, path = | bytes = }, … }) */
static int archive(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	luaL_checktype(L, 2, LUA_TTABLE);
	const size_t count = lua_rawlen(L, 2);
	struct archive_member *members = lua_newuserdatauv(L, (count + 1) * sizeof *members, 0);
	struct archive_problem problem;

	for (size_t i = 0; i < count; i++) {
		lua_rawgeti(L, 2, (lua_Integer)i + 1);
		members[i] = member(L, lua_gettop(L));
		lua_pop(L, 1);
	}
	if (!archive_write(path, members, count, &problem)) {
		lua_pushnil(L);
		lua_pushstring(L, problem.text);
		return 2;
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* terminal(file) -> whether standard output (1) or another descriptor is a person's */
static int terminal(lua_State *L)
{
	lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
	return 1;
}

/* raw(on, all): keys reach us as they are pressed, unseen; Ctrl-C stays a signal unless `all` do */
static int raw(lua_State *L)
{
	/* what to go back to; there is one terminal */
	static struct termios before;
	static int changed;

	if (lua_toboolean(L, 1) && !changed && tcgetattr(STDIN_FILENO, &before) == 0) {
		struct termios now = before;
		now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		if (lua_toboolean(L, 2)) {
			now.c_lflag &= ~(tcflag_t)(ISIG | IEXTEN);
			now.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | IGNCR);
		}
		changed = tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0;
	} else if (!lua_toboolean(L, 1) && changed) {
		changed = tcsetattr(STDIN_FILENO, TCSANOW, &before) != 0;
	}
	return 0;
}

/* processors() -> how many programs can run at once */
static int processors(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)sysconf(_SC_NPROCESSORS_ONLN));
	return 1;
}

int library_open_files(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"archive", archive},   {"hash", hash},
		{"list", list},         {"make_directory", make_directory},
		{"now", clock_now},     {"processors", processors},
		{"raw", raw},           {"size", size},
		{"terminal", terminal}, {NULL, NULL},
	};

	luaL_newlib(L, functions);
	return 1;
}
