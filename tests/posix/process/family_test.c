/* SPDX-License-Identifier: MIT */
/*
 * What a process does for its children, and how a child uses it. The fake's children do nothing; where
 * a test needs the child's side, the process under test is its own spawner.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>

#include <fs/plugins.h>
#include <native.h>
#include <posix_config/types.h>
#include <process/configuration.h>
#include <process/fork.h>
#include <process/vfork.h>
#include <spawner/types.h>
#include <support/program.h>
#include <support/suites.h>

static const char elf[] = "\177ELF and no more";

static struct child *child;

static void setup(void)
{
	program_setup();
	child = family_add(&program, 2);
	ck_assert_ptr_nonnull(child);
	native_fake_rom("tool", elf, sizeof elf);
}

static void teardown(void)
{
	fake.spawned_as = NULL;
	program_teardown();
}

/* The number under which the child has the file; the descriptor is closed. */
static uint32_t export_file(const char *path, int flags)
{
	const long descriptor = program_open(path, flags);
	ck_assert_int_ge(descriptor, 0);
	const long file = family_export_file(child, call_file(&program, descriptor));
	ck_assert_int_gt(file, 0);
	ck_assert_int_eq(CALL(close, descriptor), 0);
	return (uint32_t)file;
}

static uint32_t export_tmp(void)
{
	struct node *node;

	ck_assert_int_eq(vfs_find(&program.vfs, program.directory, "/tmp", false, &node), 0);
	const long directory = family_export_tree(child, node);
	if (program.kept_count == 0)
		program.kept[program.kept_count++] = (struct kept_mount){4, node_get(node)};
	node_put(node);
	ck_assert_int_gt(directory, 0);
	return (uint32_t)directory;
}

/* From here on the process is its own child. */
static void be_child(void)
{
	fake.spawned_as = child;
}

/* ---- exports -------------------------------------------------------------------------------- */

START_TEST(a_file_has_one_number_and_its_own_position)
{
	char text[8];

	program_put("/tmp/file", "abcdefgh");
	const uint32_t file = export_file("/tmp/file", O_RDWR);

	ck_assert_int_eq(family_read(child, file, text, 2, -1), 2);
	ck_assert_int_eq(family_read(child, file, text, 2, -1), 2);
	ck_assert_mem_eq(text, "cd", 2);
	ck_assert_int_eq(family_read(child, file, text, 2, 6), 2);
	ck_assert_mem_eq(text, "gh", 2);
	ck_assert_int_eq(family_seek(child, file, -1, SEEK_END), 7);
	ck_assert_int_eq(family_write(child, file, "X", 1, -1), 1);
	ck_assert_int_eq(family_seek(child, file, 0, SEEK_CUR), 8);
	ck_assert_int_eq(family_truncate(child, file, 3), 0);
	family_close(child, file);
	ck_assert_int_eq(family_read(child, file, text, 2, -1), -EBADF);
}
END_TEST

START_TEST(what_was_not_given_is_refused)
{
	struct spawner_status status;
	uint64_t cookie = 0;
	struct directory_entry entry;
	const char *target;
	char byte;

	program_put("/tmp/file", "x");
	const uint32_t file = export_file("/tmp/file", O_RDONLY);
	for (uint32_t number = 0; number < 20; number++) {
		if (number == file)
			continue;
		ck_assert_int_eq(family_read(child, number, &byte, 1, -1), -EBADF);
		ck_assert_int_eq(family_write(child, number, &byte, 1, 0), -EBADF);
		ck_assert_int_eq(family_status(child, number, &status), -EBADF);
		ck_assert_int_eq(family_ready(child, number), -EBADF);
		family_close(child, number);
	}
	ck_assert_int_eq(family_read(child, UINT32_MAX, &byte, 1, -1), -EBADF);
	ck_assert_int_eq(family_write(child, file, "y", 1, -1), -EBADF);
	ck_assert_int_eq(family_write(child, file, "y", 1, 0), -EBADF);
	ck_assert_int_eq(family_truncate(child, file, 0), -EINVAL);
	/* a file is no directory, and no link */
	ck_assert_int_eq(family_lookup(child, file, "file", &status), -EBADF);
	ck_assert_int_eq(family_create(child, file, "new", S_IFREG | 0644), -EBADF);
	ck_assert_int_eq(family_list(child, file, &cookie, &entry), -EBADF);
	ck_assert_int_eq(family_target(child, file, &target), -EINVAL);
}
END_TEST

START_TEST(a_tree_is_left_by_no_name)
{
	static const char *const names[] = {"", ".", "..", "/", "../dev", "a/b", "/dev/null"};
	char long_name[NAME_MAX + 2];
	struct spawner_status status;

	const uint32_t tmp = export_tmp();
	memset(long_name, 'n', NAME_MAX + 1);
	long_name[NAME_MAX + 1] = '\0';
	ck_assert_int_eq(family_lookup(child, tmp, long_name, &status), -EINVAL);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		ck_assert_int_eq(family_lookup(child, tmp, names[i], &status), -EINVAL);
		ck_assert_int_eq(family_create(child, tmp, names[i], S_IFREG | 0600), -EINVAL);
		ck_assert_int_eq(family_link(child, tmp, names[i], "x"), -EINVAL);
		ck_assert_int_eq(family_delete(child, tmp, names[i], false), -EINVAL);
		ck_assert_int_eq(family_rename(child, tmp, names[i], tmp, "x"), -EINVAL);
		ck_assert_int_eq(family_rename(child, tmp, "x", tmp, names[i]), -EINVAL);
	}
	ck_assert_int_eq(family_create(child, tmp, "device", S_IFCHR | 0600), -EINVAL);
}
END_TEST

START_TEST(what_is_mounted_below_a_tree_is_not_seen)
{
	struct spawner_status status;
	struct file_system *other;

	ck_assert_int_eq(ram_file_system_create(4096, &other), 0);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/tmp/other", other), 0);
	const uint32_t tmp = export_tmp();

	ck_assert_int_eq(family_lookup(child, tmp, "other", &status), -ENOENT);
	ck_assert_int_eq(family_delete(child, tmp, "other", true), -ENOENT);
}
END_TEST

START_TEST(a_link_is_told_not_followed)
{
	struct spawner_status status;
	const char *target;

	ck_assert_int_eq(CALL(symlinkat, "/dev/null", AT_FDCWD, "/tmp/way"), 0);
	const uint32_t tmp = export_tmp();
	const long way = family_lookup(child, tmp, "way", &status);

	ck_assert_int_gt(way, 0);
	ck_assert(S_ISLNK(status.mode));
	ck_assert_int_eq(family_target(child, (uint32_t)way, &target), 0);
	ck_assert_str_eq(target, "/dev/null");
	ck_assert_int_eq(family_lookup(child, tmp, "way", &status), way);
}
END_TEST

START_TEST(who_was_told_to_wait_hears_of_the_change_once)
{
	int ends[2];
	char byte;
	struct spawner_news news;

	ck_assert_int_eq(CALL(pipe2, ends, 0), 0);
	const uint32_t file = (uint32_t)family_export_file(child, call_file(&program, ends[0]));
	child->native = (struct native_child *)&byte; /* as if it ran */
	fake.children++;

	ck_assert_int_eq(CALL(write, ends[1], "a", 1), 1);
	ck_assert_int_eq(fake.child_news, 0);
	ck_assert_int_eq(family_read(child, file, &byte, 1, -1), 1);
	ck_assert_int_eq(family_read(child, file, &byte, 1, -1), -EAGAIN);
	ck_assert_int_eq(CALL(write, ends[1], "bc", 2), 2);
	ck_assert_int_eq(CALL(write, ends[1], "d", 1), 1);
	ck_assert_int_eq(fake.child_news, 1);
	family_news(child, &news);
	ck_assert(news.changed && !news.signal);
	family_news(child, &news);
	ck_assert(!news.changed);
	ck_assert_int_eq(family_ready(child, file), POLLIN);
	/* the last writer: the end is a change as well */
	ck_assert_int_eq(CALL(close, ends[1]), 0);
	ck_assert_int_eq(fake.child_news, 2);
}
END_TEST

START_TEST(exports_end_where_memory_does)
{
	program_put("/tmp/file", "x");
	const long descriptor = program_open("/tmp/file", O_RDONLY);

	fake.heap_left = 0;
	ck_assert_int_eq(family_export_file(child, call_file(&program, descriptor)), -ENOMEM);
	fake.heap_left = -1;
	ck_assert_int_eq(family_export_file(child, call_file(&program, descriptor)), 1);
	ck_assert_int_eq(family_export_file(child, call_file(&program, descriptor)), 1);
}
END_TEST

/* ---- the child's side ----------------------------------------------------------------------- */

START_TEST(an_inherited_file_is_read_and_written_at_one_position)
{
	struct node *node;
	char text[4];

	program_put("/tmp/file", "abcdefgh");
	const uint32_t file = export_file("/tmp/file", O_RDWR);
	be_child();
	ck_assert_int_eq(inherited_open(&program.inherited, file, &node), 0);
	const long inherited = call_open(&program, node, O_RDWR);

	ck_assert_int_eq(CALL(read, inherited, text, 2), 2);
	ck_assert_int_eq(family_read(child, file, text, 2, -1), 2);
	ck_assert_int_eq(CALL(lseek, inherited, 0, SEEK_CUR), 4);
	ck_assert_int_eq(CALL(pread64, inherited, text, 2, 6), 2);
	ck_assert_mem_eq(text, "gh", 2);
	ck_assert_int_eq(CALL(write, inherited, "E", 1), 1);
	ck_assert_int_eq(CALL(ftruncate, inherited, 6), 0);
	struct stat status;
	ck_assert_int_eq(CALL(fstat, inherited, &status), 0);
	ck_assert_int_eq(status.st_size, 6);
	ck_assert_int_eq(CALL(close, inherited), 0);
	ck_assert_int_eq(family_read(child, file, text, 1, -1), -EBADF);
}
END_TEST

START_TEST(an_inherited_directory_is_not_searched)
{
	struct node *node;
	char entries[256];

	const uint32_t file = export_file("/tmp", O_RDONLY | O_DIRECTORY);
	be_child();
	ck_assert_int_eq(inherited_open(&program.inherited, file, &node), 0);
	const long inherited = call_open(&program, node, O_RDONLY);
	ck_assert_int_gt(CALL(getdents64, inherited, entries, sizeof entries), 0); /* . and .. */
	ck_assert_int_eq(CALL(getdents64, inherited, entries, sizeof entries), -EOPNOTSUPP);
	ck_assert_int_eq(CALL(openat, inherited, "file", O_RDONLY, 0), -EOPNOTSUPP);
	ck_assert_int_eq(CALL(mkdirat, inherited, "new", 0777), -EOPNOTSUPP);
	ck_assert_int_eq(CALL(openat, inherited, "..", O_RDONLY, 0), -ENOENT);
	ck_assert_int_eq(CALL(close, inherited), 0);
}
END_TEST

START_TEST(an_inherited_pipe_wakes_who_waits)
{
	struct node *node;
	int ends[2];
	char byte;

	ck_assert_int_eq(CALL(pipe2, ends, 0), 0);
	const uint32_t file = (uint32_t)family_export_file(child, call_file(&program, ends[0]));
	be_child();
	ck_assert_int_eq(inherited_open(&program.inherited, file, &node), 0);
	const long inherited = call_open(&program, node, O_RDONLY | O_NONBLOCK);
	struct pollfd wanted = {.fd = (int)inherited, .events = POLLIN};
	const struct timespec none = {0};

	ck_assert_int_eq(CALL(read, inherited, &byte, 1), -EAGAIN);
	ck_assert_int_eq(CALL(ppoll, &wanted, 1, &none, NULL, 8), 0);
	const uint32_t changes = node->changes;
	ck_assert_int_eq(CALL(write, ends[1], "a", 1), 1);
	family_hear(&program);
	ck_assert_uint_gt(node->changes, changes);
	ck_assert_int_eq(CALL(ppoll, &wanted, 1, &none, NULL, 8), 1);
	ck_assert_int_eq(CALL(read, inherited, &byte, 1), 1);
	ck_assert_int_eq(CALL(lseek, inherited, 0, SEEK_SET), -ESPIPE);
}
END_TEST

START_TEST(an_inherited_tree_is_like_any_other)
{
	struct file_system *file_system;
	struct stat status;
	char path[64];

	const uint32_t tmp = export_tmp();
	be_child();
	ck_assert_int_eq(inherited_file_system_create(&program.inherited, tmp, &file_system), 0);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/mine", file_system), 0);

	program_put("/mine/file", "text");
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/file", &status, 0), 0);
	ck_assert_int_eq(status.st_size, 4);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/mine/room", 0755), 0);
	ck_assert_int_eq(CALL(renameat2, AT_FDCWD, "/mine/file", AT_FDCWD, "/mine/room/moved", 0),
	                 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/room/moved", &status, 0), 0);
	ck_assert_int_eq(CALL(unlinkat, AT_FDCWD, "/mine/room", AT_REMOVEDIR), -ENOTEMPTY);
	ck_assert_int_eq(CALL(symlinkat, "room/moved", AT_FDCWD, "/mine/way"), 0);
	ck_assert_int_ge(program_open("/mine/way", O_RDONLY), 0);
	ck_assert_int_eq(CALL(fchmodat, AT_FDCWD, "/mine/room/moved", 0600, 0), 0);
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "/tmp/room/moved", &status, 0), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0600);
	ck_assert_int_eq(CALL(chdir, "/mine/room"), 0);
	ck_assert_int_eq(CALL(getcwd, path, sizeof path), sizeof "/mine/room");
	ck_assert_str_eq(path, "/mine/room");
	/* what is above is the child's own */
	ck_assert_int_eq(CALL(newfstatat, AT_FDCWD, "../../tmp", &status, 0), 0);
	ck_assert_int_eq(CALL(chdir, "/"), 0);
	/* and no way leads from a place into itself, whoever has moved it */
	ck_assert_int_eq(CALL(renameat2, AT_FDCWD, "/mine/room", AT_FDCWD, "/mine/room/in", 0),
	                 -EINVAL);
}
END_TEST

START_TEST(a_spawner_that_moves_directories_makes_no_circle)
{
	struct file_system *file_system;
	struct node *outer;
	struct node *inner;

	const uint32_t tmp = export_tmp();
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/a", 0755), 0);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/a/b", 0755), 0);
	be_child();
	ck_assert_int_eq(inherited_file_system_create(&program.inherited, tmp, &file_system), 0);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/mine", file_system), 0);
	ck_assert_int_eq(vfs_find(&program.vfs, program.directory, "/mine/a", false, &outer), 0);
	ck_assert_int_eq(vfs_find(&program.vfs, program.directory, "/mine/a/b", false, &inner), 0);
	/* b out of a, a into b: behind the child's back */
	ck_assert_int_eq(CALL(renameat2, AT_FDCWD, "/tmp/a/b", AT_FDCWD, "/tmp/b", 0), 0);
	ck_assert_int_eq(CALL(renameat2, AT_FDCWD, "/tmp/a", AT_FDCWD, "/tmp/b/a", 0), 0);
	node_put(outer);
	ck_assert_int_eq(vfs_find(&program.vfs, inner, "a", false, &outer), 0);
	char path[64];
	ck_assert_int_le(vfs_path(&program.vfs, outer, path, sizeof path), 0);
	node_put(outer);
	node_put(inner);
}
END_TEST

/* ---- births and ends ------------------------------------------------------------------------ */

/* Runs in the child of a vfork. */
static int (*in_child)(void);

static int run_in_child(void *argument)
{
	(void)argument;
	return in_child();
}

/* Answers the child's number. */
static long with_vfork(int (*function)(void))
{
	_Alignas(16) uint8_t stack[64 * 1024];

	in_child = function;
	return __capos_vfork_on(run_in_child, NULL, stack + sizeof stack);
}

static int leave_early(void)
{
	ck_assert_int_eq(CALL(getppid), PROCESS_ID);
	ck_assert_int_eq(CALL(chdir, "/tmp"), 0);
	ck_assert_int_eq(CALL(umask, 0), 022);
	ck_assert_int_ge(program_open("file", O_WRONLY | O_CREAT), 0);
	(void)CALL(exit_group, 5);
	return 1;
}

START_TEST(a_vforks_child_changes_nothing_of_its_parents)
{
	int status;

	family_remove(&program, child);
	const long id = with_vfork(leave_early);
	ck_assert_int_gt(id, PROCESS_ID);
	ck_assert_int_eq(CALL(getpid), PROCESS_ID);
	ck_assert_int_eq(CALL(umask, 022), 022);
	ck_assert_int_lt(CALL(fcntl, 0, F_GETFD), 0);
	ck_assert_ptr_eq(program.directory, program.vfs.points[0].node);
	ck_assert_int_eq(CALL(wait4, -1, &status, 0, NULL), id);
	ck_assert_int_eq(status, 5 << 8);
	ck_assert_int_eq(CALL(wait4, -1, &status, 0, NULL), -ECHILD);
}
END_TEST

/* What a child of fork is born with. */
static long forked(struct birth *out_birth, struct birth_fork *out_fork)
{
	const long id = __capos_syscall(CALL_clone, SIGCHLD, 0, 0, 0, 0, 0);

	if (id < 0)
		return id;
	ck_assert_int_eq(birth_decode(fake.birth, (uint32_t)fake.birth_size, out_birth), OK);
	ck_assert_int_eq(birth_fork_read(&out_birth->fork, out_fork), OK);
	return id;
}

START_TEST(a_fork_says_where_the_program_goes_on)
{
	const struct signal_action action = {.handler = (void (*)(int))16, .mask = 3};
	struct birth birth;
	struct birth_fork fork;
	struct birth_file file;
	struct birth_piece piece;
	struct birth_action told;
	void *base = NULL;

	program.signals.actions[SIGUSR1 - 1] = action;
	ck_assert_int_eq(program_open("/tmp", O_RDONLY | O_CLOEXEC), 0);
	ck_assert_int_eq(areas_map(&program.areas, AREA_ANYWHERE, NATIVE_PAGE_SIZE,
	                           NATIVE_ACCESS_READ, &base),
	                 0);
	const long id = forked(&birth, &fork);
	ck_assert_int_gt(id, 0);
	ck_assert_int_eq(birth.process, id);
	ck_assert_int_eq(birth.parent, PROCESS_ID);
	ck_assert_int_eq(birth_file_list_get(&birth.files, 0, &file), OK);
	ck_assert(file.close_on_exec);
	ck_assert_uint_ne(fork.registers, 0);
	ck_assert_uint_eq(fork.memories, 1);
	ck_assert_int_eq(birth_piece_list_get(&fork.pieces, 0, &piece), OK);
	ck_assert_uint_eq(piece.base, (uintptr_t)base);
	ck_assert_uint_eq(birth_action_list_size(&fork.actions), 1);
	ck_assert_int_eq(birth_action_list_get(&fork.actions, 0, &told), OK);
	ck_assert_uint_eq(told.signal, SIGUSR1);
	ck_assert_uint_eq(told.handler, 16);

	/* the process itself as its child */
	areas_fini(&program.areas);
	program.signals.actions[SIGUSR1 - 1].handler = SIG_DFL;
	ck_assert_int_eq(fork_restore(&program, &fork), 0);
	ck_assert_ptr_eq(program.signals.actions[SIGUSR1 - 1].handler, action.handler);
	ck_assert(areas_cover(&program.areas, base, NATIVE_PAGE_SIZE, NATIVE_ACCESS_READ));
	areas_fini(&program.areas);
}
END_TEST

START_TEST(a_fork_that_does_not_fit_leaves_nothing)
{
	struct birth birth;
	struct birth_fork fork;
	long left = 0;

	fake.child_status = ERR_OUT_OF_RAM;
	ck_assert_int_eq(forked(&birth, &fork), -ENOMEM);
	ck_assert_ptr_eq(program.family.children, child);
	fake.child_status = OK;
	do
		fake.heap_left = left++;
	while (forked(&birth, &fork) == -ENOMEM);
	fake.heap_left = -1;
	ck_assert_int_eq(fake.children, 1);
	ck_assert_int_eq(__capos_syscall(CALL_clone, SIGCHLD | CLONE_VM, 0, 0, 0, 0, 0), -ENOSYS);
	ck_assert_int_eq(__capos_syscall(CALL_clone, SIGCHLD, 4096, 0, 0, 0, 0), -ENOSYS);
}
END_TEST

static char *const words[] = {(char *)(uintptr_t) "tool", (char *)(uintptr_t) "-v", NULL};
static char *const variables[] = {(char *)(uintptr_t) "A=1", NULL};
static const char *run_path;

static int run_tool(void)
{
	ck_assert_int_eq(CALL(chdir, "/tmp"), 0);
	ck_assert_int_eq(program_open("in", O_RDONLY), 0);
	ck_assert_int_eq(program_open("in", O_RDONLY | O_CLOEXEC), 1);
	return (int)CALL(execve, run_path, words, variables);
}

static int run_tool_at_once(void)
{
	return (int)CALL(execve, "/boot/tool", words, variables);
}

/* Runs the file in a child, and decodes what it is born with. */
static long born_of(const char *path, struct birth *out_birth)
{
	run_path = path;
	const long id = with_vfork(run_tool);
	if (fake.birth_size)
		ck_assert_int_eq(birth_decode(fake.birth, (uint32_t)fake.birth_size, out_birth),
		                 OK);
	return id;
}

static void assert_word(const struct capnp_text_list *list, uint32_t index, const char *word)
{
	struct capnp_text text;

	ck_assert_int_eq(capnp_text_list_get(list, index, &text), OK);
	ck_assert_str_eq(text.at, word);
}

START_TEST(a_birth_says_what_the_child_gets)
{
	struct birth birth;
	struct birth_file file;
	struct birth_tree tree;
	int status;

	program_put("/tmp/in", "input");
	(void)export_tmp();
	const long id = born_of("/boot/tool", &birth);
	ck_assert_int_gt(id, 0);
	ck_assert_int_eq(fake.children, 1);
	ck_assert_int_eq(birth.process, id);
	ck_assert_int_eq(birth.parent, PROCESS_ID);
	ck_assert_int_eq(birth.args.count, 2);
	assert_word(&birth.args, 1, "-v");
	assert_word(&birth.env, 0, "A=1");
	ck_assert_str_eq(birth.directory.at, "/tmp");
	ck_assert_int_eq(birth_file_list_size(&birth.files), 1);
	ck_assert_int_eq(birth_file_list_get(&birth.files, 0, &file), OK);
	ck_assert_int_eq(file.number, 0);
	ck_assert_int_eq(birth_tree_list_size(&birth.trees), 1);
	ck_assert_int_eq(birth_tree_list_get(&birth.trees, 0, &tree), OK);
	ck_assert_int_eq(tree.mount, 4);

	ck_assert_int_eq(CALL(wait4, id, &status, WNOHANG, NULL), 0);
	struct child *born = family_find(&program, (pid_t)id);
	family_ended(born, SIGSEGV, false);
	ck_assert_int_eq(fake.children, 0);
	ck_assert_int_eq(CALL(wait4, id, &status, 0, NULL), id);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}
END_TEST

START_TEST(a_script_runs_its_interpreter)
{
	struct birth birth;

	program_put("/tmp/in", "");
	program_put("/tmp/script", "#! /boot/tool -x y \nrest");
	ck_assert_int_eq(CALL(fchmodat, AT_FDCWD, "/tmp/script", 0755, 0), 0);
	ck_assert_int_gt(born_of("/tmp/script", &birth), 0);
	ck_assert_int_eq(birth.args.count, 4);
	assert_word(&birth.args, 0, "/boot/tool");
	assert_word(&birth.args, 1, "-x y ");
	assert_word(&birth.args, 2, "/tmp/script");
	assert_word(&birth.args, 3, "-v");
}
END_TEST

START_TEST(what_is_no_program_is_refused_in_the_child)
{
	int status;

	program_put("/tmp/in", "");
	program_put("/tmp/text", "text");
	for (int i = 0; i < 4; i++) {
		static const char *const paths[] = {"/nowhere", "/tmp", "/tmp/text", "/boot/tool"};
		static const int errors[] = {ENOENT, EACCES, EACCES, ENOEXEC};
		struct birth birth;

		fake.child_status = ERR_BAD_ARG; /* as native code finds out */
		const long id = born_of(paths[i], &birth);
		ck_assert_int_eq(CALL(wait4, id, &status, 0, NULL), id);
		ck_assert_int_eq(status, (-errors[i] & 0xff) << 8);
	}
}
END_TEST

START_TEST(without_memory_no_child_is_left)
{
	struct birth birth;
	int status;
	long id = -1;

	family_remove(&program, child);
	program_put("/tmp/in", "");
	for (long left = 0; fake.children == 0; left++) {
		fake.heap_left = left;
		id = with_vfork(run_tool_at_once);
		fake.heap_left = -1;
		if (id < 0)
			continue;
		if (fake.children == 0)
			ck_assert_int_eq(CALL(wait4, -1, &status, 0, NULL), id);
		ck_assert_int_lt(left, 100);
	}
	ck_assert_int_eq(birth_decode(fake.birth, (uint32_t)fake.birth_size, &birth), OK);
	ck_assert_int_eq(birth.process, id);
}
END_TEST

START_TEST(a_birth_is_applied)
{
	const struct birth_file files[] = {{.number = 3, .file = export_file("/dev/null", O_RDWR)},
	                                   {.number = 5, .file = 1}};
	const struct birth_tree trees[] = {{.mount = 0, .node = export_tmp()}};
	struct ram ram = {.size = 4096};
	const struct mount mounts[] = {
		{.at = capnp_text_of("//tmp/"), .which = MOUNT_RAM, .ram.item = &ram}};
	const struct birth birth = {
		.process = 17,
		.parent = 3,
		.group = 16,
		.session = 15,
		.directory = capnp_text_of("/tmp/house"),
		.umask = 027,
		.blocked = 2,
		.ignored = signal_bit(SIGINT),
		.files = {.items = files, .count = 2},
		.trees = {.items = trees, .count = 1},
	};
	const struct config config = {.mounts = {.items = mounts, .count = 1}};
	static uint64_t messages[2][512];
	struct config decoded_config;
	struct birth decoded_birth;
	static struct process born;
	const char *reason;
	uint32_t size;

	ck_assert_int_eq(config_encode(&config, messages[0], sizeof messages[0], &size), OK);
	ck_assert_int_eq(config_decode(messages[0], size, &decoded_config), OK);
	ck_assert_int_eq(birth_encode(&birth, messages[1], sizeof messages[1], &size), OK);
	ck_assert_int_eq(birth_decode(messages[1], size, &decoded_birth), OK);
	ck_assert_int_eq(CALL(mkdirat, AT_FDCWD, "/tmp/house", 0755), 0);
	be_child();
	born = (struct process){0};
	ck_assert_int_eq(process_init(&born), 0);
	ck_assert_int_eq(configuration_apply(&decoded_config, &decoded_birth, &born, &reason), 0);
	ck_assert_int_eq(born.id, 17);
	ck_assert_int_eq(born.parent, 3);
	ck_assert_int_eq(born.group, 16);
	ck_assert_int_eq(born.session, 15);
	ck_assert_uint_eq(born.umask, 027);
	ck_assert_uint_eq(born.main.signals.blocked, 2);
	ck_assert_ptr_eq(born.signals.actions[SIGINT - 1].handler, SIG_IGN);
	ck_assert_ptr_nonnull(born.descriptors.slots[3].file);
	ck_assert_ptr_eq(born.descriptors.slots[3].file, born.descriptors.slots[5].file);
	ck_assert_ptr_null(born.descriptors.slots[0].file);
	char path[32];
	ck_assert_int_eq(vfs_path(&born.vfs, born.directory, path, sizeof path), 0);
	ck_assert_str_eq(path, "/tmp/house");
	process_fini(&born);
}
END_TEST

/* ---- signals -------------------------------------------------------------------------------- */

static int heard;
static int heard_from;

static void hear(int signal, siginfo_t *info, void *context)
{
	(void)context;
	heard = signal;
	heard_from = info->si_pid;
}

static void listen_to(int signal)
{
	const struct signal_action action = {.handler = (void (*)(int))(uintptr_t)hear,
	                                     .flags = SA_SIGINFO};

	heard = 0;
	ck_assert_int_eq(CALL(rt_sigaction, signal, &action, NULL, 8), 0);
}

START_TEST(a_child_may_tell_but_not_end_its_parent)
{
	ck_assert_int_eq(family_kill_from(child, PROCESS_ID, SIGTERM), -EPERM);
	ck_assert_int_eq(family_kill_from(child, PROCESS_ID, SIGKILL), -EPERM);
	ck_assert_int_eq(family_kill_from(child, PROCESS_ID, SIGSTOP), -EPERM);
	ck_assert_int_eq(family_kill_from(child, PROCESS_ID, 0), 0);
	ck_assert_int_eq(family_kill_from(child, PROCESS_ID, 65), -EINVAL);
	ck_assert_int_eq(family_kill_from(child, 77, SIGTERM), -ESRCH);
	listen_to(SIGTERM);
	ck_assert_int_eq(family_kill_from(child, PROCESS_ID, SIGTERM), 0);
	(void)CALL(umask, 022);
	ck_assert_int_eq(heard, SIGTERM);
	ck_assert_int_eq(heard_from, 2);
}
END_TEST

START_TEST(a_signal_for_a_child_is_news)
{
	struct spawner_news news;

	child->native = (struct native_child *)&heard;
	fake.children++;
	ck_assert_int_eq(CALL(kill, 2, SIGUSR1), 0);
	ck_assert_int_eq(CALL(kill, 2, SIGUSR1), 0);
	ck_assert_int_eq(CALL(kill, 2, SIGINT), 0);
	ck_assert_int_eq(CALL(kill, 2, 0), 0);
	family_news(child, &news);
	ck_assert_int_eq(news.signal, SIGUSR1);
	ck_assert_int_eq(news.sender, PROCESS_ID);
	family_news(child, &news);
	ck_assert_int_eq(news.signal, SIGINT);
	family_news(child, &news);
	ck_assert_int_eq(news.signal, 0);
	ck_assert_int_eq(CALL(kill, 3, SIGUSR1), -ESRCH);
	/* what can't be caught needs nobody's help */
	ck_assert_int_eq(CALL(kill, 2, SIGKILL), 0);
	ck_assert_int_eq(fake.children, 0);
	int status;
	ck_assert_int_eq(CALL(wait4, 2, &status, 0, NULL), 2);
	ck_assert_int_eq(status, SIGKILL);
}
END_TEST

START_TEST(a_group_is_signalled_wherever_its_members_are)
{
	struct spawner_news news;

	child->native = (struct native_child *)&heard;
	fake.children++;
	family_join(child, 9, 1);
	ck_assert_int_eq(CALL(kill, -9, SIGTERM), 0);
	family_news(child, &news);
	ck_assert_int_eq(news.signal, SIGTERM);
	ck_assert_int_eq(news.group, 9);
	ck_assert_int_eq(CALL(kill, -8, SIGTERM), -ESRCH);
	/* what an ended one has left running is a member still */
	family_ended(child, 3 << 8, true);
	ck_assert_int_eq(CALL(wait4, 2, NULL, 0, NULL), 2);
	ck_assert_int_eq(CALL(kill, -9, SIGUSR2), 0);
	child->news_first = (child->news_first + child->news_count - 1) % CHILD_NEWS_MAX;
	ck_assert_int_eq(child->news[child->news_first].signal, SIGUSR2);
	listen_to(SIGUSR1);
	ck_assert_int_eq(CALL(kill, 0, SIGUSR1), 0);
	ck_assert_int_eq(heard, SIGUSR1);
}
END_TEST

START_TEST(what_the_spawner_tells_is_raised)
{
	struct child *relative = family_add(&program, 3);

	be_child();
	listen_to(SIGUSR2);
	child->native = (struct native_child *)&heard;
	fake.children++;
	child->news[child->news_count++] = (struct spawner_news){.signal = SIGUSR2, .sender = 40};
	family_hear(&program);
	(void)CALL(umask, 022);
	ck_assert_int_eq(heard, SIGUSR2);
	ck_assert_int_eq(heard_from, 40);
	/* a group of others' goes on to the children alone */
	heard = 0;
	relative->native = (struct native_child *)&heard;
	fake.children++;
	child->news[child->news_first] =
		(struct spawner_news){.signal = SIGUSR2, .sender = 40, .group = 99};
	child->news_count = 1;
	family_hear(&program);
	(void)CALL(umask, 022);
	ck_assert_int_eq(heard, 0);
	ck_assert_int_eq(relative->news_count, 1);
	ck_assert_int_eq(relative->news[0].group, 99);
}
END_TEST

START_TEST(an_end_is_told_and_waited_for)
{
	siginfo_t info;

	listen_to(SIGCHLD);
	child->native = (struct native_child *)&heard;
	fake.children++;
	family_ended(child, 3 << 8, true);
	(void)CALL(umask, 022);
	ck_assert_int_eq(heard, SIGCHLD);
	ck_assert_int_eq(heard_from, 2);
	ck_assert_int_eq(fake.children, 1); /* it has children of its own */
	ck_assert_int_eq(CALL(waitid, P_PID, 2, &info, WEXITED | WNOWAIT, NULL), 0);
	ck_assert_int_eq(info.si_status, 3);
	ck_assert_int_eq(CALL(wait4, -1, NULL, 0, NULL), 2);
	ck_assert_int_eq(CALL(wait4, -1, NULL, 0, NULL), -ECHILD);
	family_ended(child, 0, false);
	ck_assert_int_eq(fake.children, 0);
}
END_TEST

START_TEST(a_process_with_children_stays_until_they_have_ended)
{
	child->native = (struct native_child *)&heard;
	fake.children++;
	process_over(&program, 6 << 8);
	ck_assert(program.over);
	native_lock(NULL);
	if (setjmp(fake.exit) == 0)
		family_ended(child, 0, false);
	ck_assert_int_eq(fake.exit_code, 6);
	ck_assert_int_eq(program_init(), 0); /* for the teardown */
}
END_TEST

Suite *family_suite(void)
{
	Suite *suite = suite_create("relatives");
	TCase *tcase = tcase_create("family");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_file_has_one_number_and_its_own_position);
	tcase_add_test(tcase, what_was_not_given_is_refused);
	tcase_add_test(tcase, a_tree_is_left_by_no_name);
	tcase_add_test(tcase, what_is_mounted_below_a_tree_is_not_seen);
	tcase_add_test(tcase, a_link_is_told_not_followed);
	tcase_add_test(tcase, who_was_told_to_wait_hears_of_the_change_once);
	tcase_add_test(tcase, exports_end_where_memory_does);
	tcase_add_test(tcase, an_inherited_file_is_read_and_written_at_one_position);
	tcase_add_test(tcase, an_inherited_directory_is_not_searched);
	tcase_add_test(tcase, an_inherited_pipe_wakes_who_waits);
	tcase_add_test(tcase, an_inherited_tree_is_like_any_other);
	tcase_add_test(tcase, a_spawner_that_moves_directories_makes_no_circle);
	tcase_add_test(tcase, a_vforks_child_changes_nothing_of_its_parents);
	tcase_add_test(tcase, a_fork_says_where_the_program_goes_on);
	tcase_add_test(tcase, a_fork_that_does_not_fit_leaves_nothing);
	tcase_add_test(tcase, a_birth_says_what_the_child_gets);
	tcase_add_test(tcase, a_script_runs_its_interpreter);
	tcase_add_test(tcase, what_is_no_program_is_refused_in_the_child);
	tcase_add_test(tcase, without_memory_no_child_is_left);
	tcase_add_test(tcase, a_birth_is_applied);
	tcase_add_test(tcase, a_child_may_tell_but_not_end_its_parent);
	tcase_add_test(tcase, a_signal_for_a_child_is_news);
	tcase_add_test(tcase, a_group_is_signalled_wherever_its_members_are);
	tcase_add_test(tcase, what_the_spawner_tells_is_raised);
	tcase_add_test(tcase, an_end_is_told_and_waited_for);
	tcase_add_test(tcase, a_process_with_children_stays_until_they_have_ended);
	suite_add_tcase(suite, tcase);
	return suite;
}
