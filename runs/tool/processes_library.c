/* SPDX-License-Identifier: MIT */
#include "interrupt.h"
#include "library.h"
#include "machine.h"
#include "process_run.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MACHINE_TYPE[] = "capos machine";
static const char TASK_TYPE[] = "capos task";

enum { OUTPUT_MODE = 0666 };

static int fail(lua_State *L, const char *subject, int error)
{
	lua_pushnil(L);
	lua_pushfstring(L, "%s: %s", subject, strerror(error));
	return 2;
}

char **library_argument_list(lua_State *L, int index)
{
	luaL_checktype(L, index, LUA_TTABLE);
	const size_t count = lua_rawlen(L, index);
	luaL_argcheck(L, count > 0, index, "an argument list is empty");
	char **arguments = lua_newuserdatauv(L, (count + 1) * sizeof *arguments, 0);

	for (size_t i = 0; i < count; i++) {
		lua_rawgeti(L, index, (lua_Integer)i + 1);
		const char *text = lua_tostring(L, -1);
		luaL_argcheck(L, text && lua_type(L, -1) == LUA_TSTRING, index,
		              "an argument is no text");
		arguments[i] =
			(char *)(uintptr_t)text; /* exec's old signature; nobody writes to it */
		lua_pop(L, 1);                   /* the list keeps the text */
	}
	arguments[count] = NULL;
	return arguments;
}

static int open_output(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, OUTPUT_MODE);
}

/* The fields of run's options: input = text, seconds = number. */
static struct process_run run_options(lua_State *L, int index)
{
	struct process_run run = {.timeout_ms = -1};

	if (lua_isnoneornil(L, index))
		return run;
	luaL_checktype(L, index, LUA_TTABLE);
	lua_getfield(L, index, "input");
	run.input = luaL_optlstring(L, -1, NULL, &run.input_size);
	lua_getfield(L, index, "seconds");
	run.timeout_ms = lua_isnil(L, -1) ? -1 : (int)(1000 * luaL_checknumber(L, -1));
	lua_pop(L, 2); /* the table keeps the text */
	return run;
}

/* run(arguments, options) -> status, output, truncated; or nil and why */
static int run(lua_State *L)
{
	lua_settop(L, 2);
	struct process_run result = run_options(L, 2);
	char **arguments = library_argument_list(L, 1);

	const int error = process_run(arguments, &result);
	if (error != 0)
		return fail(L, arguments[0], -error);
	lua_pushinteger(L, result.status);
	lua_pushlstring(L, result.output, result.output_size);
	lua_pushboolean(L, result.truncated);
	free(result.output);
	return 3;
}

/* interrupted() -> the signal that asks the tool to end, or nil */
static int interrupted(lua_State *L)
{
	if (!interrupt_signal())
		return 0;
	lua_pushinteger(L, interrupt_signal());
	return 1;
}

/* ---- machines ---- */

static struct machine *machine_at(lua_State *L, int index)
{
	return luaL_checkudata(L, index, MACHINE_TYPE);
}

/* start(arguments, message_path) -> machine */
static int start(lua_State *L)
{
	char **arguments = library_argument_list(L, 1);
	const char *message_path = luaL_checkstring(L, 2);
	struct machine *machine = lua_newuserdatauv(L, sizeof *machine, 0);

	const int message_file = open_output(message_path);
	if (message_file < 0)
		return fail(L, message_path, errno);
	const int error = machine_start(machine, arguments, message_file);
	close(message_file);
	if (error != 0)
		return fail(L, arguments[0], -error);
	luaL_setmetatable(L, MACHINE_TYPE); /* only now is there something to stop */
	return 1;
}

/* machine:next(milliseconds) -> kind, text or status, truncated */
static int next(lua_State *L)
{
	static const char *const names[] = {
		[MACHINE_CONSOLE] = "console",     [MACHINE_EVENT] = "event",
		[MACHINE_TERMINAL] = "terminal",   [MACHINE_EXIT] = "exit",
		[MACHINE_INPUT] = "input",         [MACHINE_TIMEOUT] = "timeout",
		[MACHINE_INTERRUPT] = "interrupt",
	};
	const lua_Number timeout = luaL_checknumber(L, 2);
	const int timeout_ms = timeout > 1e9 ? 1000000000 : timeout < 0 ? 0 : (int)timeout;
	struct machine_report report;

	machine_next(machine_at(L, 1), timeout_ms, &report);
	lua_pushstring(L, names[report.kind]);
	if (report.kind == MACHINE_EXIT || report.kind == MACHINE_INTERRUPT)
		lua_pushinteger(L, report.status);
	else
		lua_pushlstring(L, report.line.text ? report.line.text : "", report.line.size);
	lua_pushboolean(L, report.line.truncated);
	return 3;
}

static enum machine_line line_at(lua_State *L, int index)
{
	static const char *const names[] = {"console", "event", "terminal", NULL};

	return (enum machine_line)luaL_checkoption(L, index, NULL, names);
}

/* machine:send(line, text) -> whether it was taken */
static int send_text(lua_State *L)
{
	size_t size;
	const char *text = luaL_checklstring(L, 3, &size);

	lua_pushboolean(L, machine_send(machine_at(L, 1), line_at(L, 2), text, size));
	return 1;
}

/* machine:traffic() -> bytes sent to the terminal that the machine has not read; all that came from it */
static int traffic(lua_State *L)
{
	const struct machine *machine = machine_at(L, 1);

	lua_pushinteger(L, (lua_Integer)machine_unread(machine));
	lua_pushinteger(L, (lua_Integer)machine->terminal_size);
	return 2;
}

/* machine:ask(milliseconds, text or nil) -> the monitor's next line; nil: none yet; false: there will be none */
static int ask_monitor(lua_State *L)
{
	const int timeout_ms = (int)luaL_checknumber(L, 2);
	size_t size = 0;
	const char *text = luaL_optlstring(L, 3, NULL, &size);
	struct line line;

	if (machine_ask(machine_at(L, 1), text, size, timeout_ms, &line))
		lua_pushlstring(L, line.text, line.size);
	else if (machine_at(L, 1)->monitor_file < 0)
		lua_pushboolean(L, false);
	else
		lua_pushnil(L);
	return 1;
}

static int flush(lua_State *L)
{
	lua_pushboolean(L, machine_flush(machine_at(L, 1)));
	return 1;
}

/* machine:connect(line): the user's keys are reported, the line's bytes shown as they come */
static int connect_terminal(lua_State *L)
{
	struct machine *machine = machine_at(L, 1);

	machine->shown = line_at(L, 2);
	machine->input_file = STDIN_FILENO;
	machine->echo_file = STDOUT_FILENO;
	return 0;
}

static int ask_machine_to_end(lua_State *L)
{
	process_ask_to_end(&machine_at(L, 1)->process);
	return 0;
}

static int stop(lua_State *L)
{
	machine_stop(machine_at(L, 1));
	return 0;
}

/* ---- tasks: other programs, side by side ---- */

static struct process *task_at(lua_State *L, int index)
{
	return luaL_checkudata(L, index, TASK_TYPE);
}

/* spawn(arguments, output_path) -> task */
static int spawn(lua_State *L)
{
	char **arguments = library_argument_list(L, 1);
	const char *output_path = luaL_checkstring(L, 2);
	struct process *task = lua_newuserdatauv(L, sizeof *task, 0);

	const int output = open_output(output_path);
	if (output < 0)
		return fail(L, output_path, errno);
	const int error = process_start(task, arguments, (const int[]){-1, output, output}, 3);
	close(output);
	if (error != 0)
		return fail(L, arguments[0], -error);
	luaL_setmetatable(L, TASK_TYPE);
	return 1;
}

/* wait(tasks, milliseconds): until one of them ends, a signal comes or the time has passed */
static int wait_any(lua_State *L)
{
	struct pollfd watches[INTERRUPT_POLL_MAX];
	nfds_t count = 0;

	luaL_checktype(L, 1, LUA_TTABLE);
	const lua_Integer task_count = (lua_Integer)lua_rawlen(L, 1);
	for (lua_Integer i = 1; i <= task_count && count < INTERRUPT_POLL_MAX; i++) {
		lua_rawgeti(L, 1, i);
		watches[count++] = (struct pollfd){.fd = task_at(L, -1)->watch, .events = POLLIN};
		lua_pop(L, 1);
	}
	interrupt_poll(watches, count, (int)luaL_checknumber(L, 2));
	return 0;
}

/* task:reap() -> its status once it has ended, else nil */
static int reap(lua_State *L)
{
	int status;

	if (process_reap(task_at(L, 1), &status) != 0)
		return 0;
	lua_pushinteger(L, status);
	return 1;
}

static int ask_to_end(lua_State *L)
{
	process_ask_to_end(task_at(L, 1));
	return 0;
}

static int end_task(lua_State *L)
{
	process_kill(task_at(L, 1));
	return 0;
}

static void define_type(lua_State *L, const char *type, const luaL_Reg *methods, lua_CFunction end)
{
	luaL_newmetatable(L, type);
	luaL_setfuncs(L, methods, 0);
	lua_pushvalue(L, -1);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, end);
	lua_setfield(L, -2, "__gc");
	lua_pop(L, 1);
}

int library_open_processes(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"interrupted", interrupted}, {"run", run}, {"spawn", spawn}, {"start", start},
		{"wait", wait_any},           {NULL, NULL},
	};
	static const luaL_Reg machine_methods[] = {
		{"ask", ask_monitor},
		{"ask_to_end", ask_machine_to_end},
		{"connect", connect_terminal},
		{"flush", flush},
		{"next", next},
		{"send", send_text},
		{"stop", stop},
		{"traffic", traffic},
		{NULL, NULL},
	};
	static const luaL_Reg task_methods[] = {
		{"ask_to_end", ask_to_end},
		{"kill", end_task},
		{"reap", reap},
		{NULL, NULL},
	};

	define_type(L, MACHINE_TYPE, machine_methods, stop);
	define_type(L, TASK_TYPE, task_methods, end_task);
	luaL_newlib(L, functions);
	return 1;
}
