/* SPDX-License-Identifier: MIT */
/* A terminal as programs use it, and the jobs at it. Somebody types into the fake. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include <fs/terminal.h>
#include <process/job_control.h>
#include <support/program.h>
#include <support/suites.h>
#include <terminal/line_discipline.h>

static struct child *child;
static long tty;
static unsigned interrupts;
static unsigned resizes;

static void setup(void)
{
	struct file_system *file_system;

	program_setup();
	fake.typed = "";
	fake.screen_size = 0;
	fake.screen_room = sizeof fake.screen;
	interrupts = resizes = 0;
	ck_assert_int_eq(terminal_file_system_create(&program, "", &file_system), 0);
	ck_assert_int_eq(vfs_mount(&program.vfs, "/tty", file_system), 0);
	tty = program_open("/tty", O_RDWR);
	ck_assert_int_ge(tty, 0);
	child = family_add(&program, 2);
	child->group = 2;
}

static void teardown(void)
{
	fake.spawned_as = NULL;
	program_teardown();
}

static void type(const char *keys)
{
	fake.typed = keys;
	terminals_changed(&program);
	ck_assert_str_eq(fake.typed, "");
}

static void count(int signal)
{
	interrupts += signal == SIGINT;
	resizes += signal == SIGWINCH;
}

static void handle(int signal, void (*handler)(int))
{
	const struct signal_action action = {.handler = handler, .flags = SA_RESTART};

	ck_assert_int_eq(CALL(rt_sigaction, signal, &action, NULL, 8), 0);
}

static void expect_screen(const char *text)
{
	ck_assert_uint_eq(fake.screen_size, strlen(text));
	ck_assert_mem_eq(fake.screen, text, fake.screen_size);
	fake.screen_size = 0;
}

static long foreground(pid_t group)
{
	return CALL(ioctl, tty, TIOCSPGRP, &group);
}

START_TEST(a_line_is_echoed_and_read)
{
	struct pollfd ready = {.fd = (int)tty, .events = POLLIN};
	const struct timespec now = {0};
	char text[16];
	int size;

	type("hel");
	ck_assert_int_eq(CALL(ppoll, &ready, 1, &now, NULL, 8), 0);
	type("lo\r");
	expect_screen("hello\r\n");
	ck_assert_int_eq(CALL(ppoll, &ready, 1, &now, NULL, 8), 1);
	ck_assert_int_eq(CALL(ioctl, tty, FIONREAD, &size), 0);
	ck_assert_int_eq(size, 6);
	ck_assert_int_eq(CALL(read, tty, text, sizeof text), 6);
	ck_assert_mem_eq(text, "hello\n", 6);
}
END_TEST

START_TEST(its_settings_can_be_changed)
{
	struct line_settings settings;
	char byte;

	ck_assert_int_eq(CALL(ioctl, tty, TCGETS, &settings), 0);
	ck_assert(settings.local & ICANON);
	settings.local &= ~(uint32_t)(ICANON | ECHO);
	ck_assert_int_eq(CALL(ioctl, tty, TCSETS, &settings), 0);
	type("x");
	expect_screen("");
	ck_assert_int_eq(CALL(read, tty, &byte, 1), 1);
	type("y");
	ck_assert_int_eq(CALL(ioctl, tty, TCSETSF, &settings), 0);
	ck_assert_int_eq(CALL(fcntl, tty, F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(CALL(read, tty, &byte, 1), -EAGAIN);
	ck_assert_int_eq(CALL(ioctl, tty, TCFLSH, 99), -EINVAL);
	ck_assert_int_eq(CALL(ioctl, tty, 0x1234, &settings), -ENOTTY);
}
END_TEST

START_TEST(a_read_ends_when_it_has_waited_as_long_as_was_asked)
{
	struct line_settings settings;
	char byte;

	ck_assert_int_eq(CALL(ioctl, tty, TCGETS, &settings), 0);
	settings.local &= ~(uint32_t)ICANON;
	settings.characters[VMIN] = 0;
	settings.characters[VTIME] = 1;
	ck_assert_int_eq(CALL(ioctl, tty, TCSETS, &settings), 0);
	ck_assert_int_eq(CALL(fcntl, tty, F_SETFL, O_NONBLOCK), 0);
	fake.wake_at_ns = 0;
	ck_assert_int_eq(CALL(read, tty, &byte, 1), -EAGAIN);
	ck_assert_uint_gt(fake.wake_at_ns, 0);
	fake.time_ns = fake.wake_at_ns;
	terminals_changed(&program);
	ck_assert_int_eq(CALL(read, tty, &byte, 1), 0);
}
END_TEST

START_TEST(a_new_window_size_is_told_to_the_foreground)
{
	struct winsize size = {.ws_row = 50, .ws_col = 132};
	struct winsize got;

	handle(SIGWINCH, count);
	ck_assert_int_eq(CALL(ioctl, tty, TIOCSWINSZ, &size), 0);
	ck_assert_int_eq(CALL(ioctl, tty, TIOCGWINSZ, &got), 0);
	ck_assert_int_eq(got.ws_col, 132);
	ck_assert_int_eq(CALL(ioctl, tty, TIOCSWINSZ, &size), 0); /* the same */
	ck_assert_uint_eq(resizes, 1);
}
END_TEST

START_TEST(a_key_signals_the_foreground_whoever_that_is)
{
	handle(SIGINT, count);
	type("\3");
	ck_assert_int_eq(CALL(getppid), 0);
	(void)CALL(umask, 022); /* signals come at a call's end */
	ck_assert_uint_eq(interrupts, 1);

	ck_assert_int_eq(foreground(2), 0);
	type("\3");
	(void)CALL(umask, 022);
	ck_assert_uint_eq(interrupts, 1);
}
END_TEST

START_TEST(only_known_groups_of_the_session_come_to_the_foreground)
{
	pid_t got;

	ck_assert_int_eq(foreground(99), -EPERM);
	ck_assert_int_eq(foreground(-1), -EINVAL);
	ck_assert_int_eq(foreground(2), 0);
	ck_assert_int_eq(CALL(ioctl, tty, TIOCGPGRP, &got), 0);
	ck_assert_int_eq(got, 2);
	ck_assert_int_eq(CALL(ioctl, tty, TIOCGSID, &got), 0);
	ck_assert_int_eq(got, program.session);
	program.session = 7;
	ck_assert_int_eq(foreground(2), -ENOTTY);
	ck_assert_int_eq(CALL(ioctl, tty, TIOCSCTTY, 0), -EPERM);
	program.session = program.id;
}
END_TEST

START_TEST(a_leader_without_a_terminal_gets_the_one_it_opens)
{
	pid_t got;

	ck_assert_int_eq(CALL(ioctl, tty, TIOCNOTTY), 0);
	const long other = program_open("/tty", O_RDWR | O_NOCTTY);
	ck_assert_int_eq(CALL(ioctl, other, TIOCGSID, &got), 0);
	ck_assert_int_eq(got, 0);
	const long another = program_open("/tty", O_RDWR);
	ck_assert_int_eq(CALL(ioctl, other, TIOCGSID, &got), 0);
	ck_assert_int_eq(got, program.session);
	ck_assert_int_eq(CALL(close, other), 0);
	ck_assert_int_eq(CALL(close, another), 0);
}
END_TEST

START_TEST(who_is_in_the_background_reads_nothing)
{
	char byte;

	ck_assert_int_eq(foreground(2), 0);
	type("secret\n");
	ck_assert_int_eq(CALL(read, tty, &byte, 1), -EIO); /* nobody has spawned it */
	fake.spawned_as = child;
	handle(SIGTTIN, SIG_IGN);
	ck_assert_int_eq(CALL(read, tty, &byte, 1), -EIO);
	fake.spawned_as = NULL;
}
END_TEST

START_TEST(what_is_not_taken_is_shown_later)
{
	static const char text[] = "0123456789012345678901234567890123456789";

	fake.screen_room = 10;
	ck_assert_int_eq(CALL(write, tty, text, 40), 40);
	expect_screen("0123456789");
	int unsent;
	ck_assert_int_eq(CALL(ioctl, tty, TIOCOUTQ, &unsent), 0);
	ck_assert_int_eq(unsent, 30);
	fake.screen_room = 100;
	terminals_changed(&program);
	expect_screen("012345678901234567890123456789");
	ck_assert_int_eq(CALL(ioctl, tty, TCSBRK, 1), 0);
}
END_TEST

START_TEST(a_writer_finds_no_room_at_last)
{
	static char text[4096];

	fake.screen_room = 0;
	ck_assert_int_eq(CALL(fcntl, tty, F_SETFL, O_NONBLOCK), 0);
	memset(text, 'x', sizeof text);
	const long taken = CALL(write, tty, text, sizeof text);
	ck_assert_int_gt(taken, 0);
	ck_assert_int_lt(taken, (long)sizeof text);
	ck_assert_int_eq(CALL(write, tty, text, sizeof text), -EAGAIN);
	fake.screen_room = sizeof fake.screen;
}
END_TEST

START_TEST(a_child_uses_it_by_its_name)
{
	struct line_settings settings;
	struct spawner_status status;
	struct node *node;
	char text[8];

	ck_assert_int_eq(vfs_find(&program.vfs, program.directory, "/tty", false, &node), 0);
	const uint32_t file = (uint32_t)family_export_tree(child, node);
	node_put(node);
	ck_assert_int_eq(family_status(child, file, &status), 0);
	ck_assert(status.terminal && status.stream);
	ck_assert_int_eq(family_read(child, file, text, sizeof text, -1), -EAGAIN);
	type("hi\n");
	ck_assert(child->changed);
	ck_assert_int_eq(family_ready(child, file) & POLLIN, POLLIN);
	ck_assert_int_eq(family_read(child, file, text, sizeof text, -1), 3);
	fake.screen_size = 0;
	ck_assert_int_eq(family_write(child, file, "ho\n", 3, -1), 3);
	expect_screen("ho\r\n");
	ck_assert_int_eq(family_control(child, file, TCGETS, &settings, sizeof settings), 0);
	/* a hostile one says how large its argument is */
	ck_assert_int_eq(family_control(child, file, TCGETS, &settings, 1), -EINVAL);
	ck_assert_int_eq(family_control(child, file, TIOCSWINSZ, NULL, 0), -EINVAL);
}
END_TEST

START_TEST(who_has_none_is_told_so)
{
	struct file_system *file_system;

	ck_assert_int_eq(terminal_file_system_create(&program, "none", &file_system), -ENOENT);
}
END_TEST

/* ---- stopping -------------------------------------------------------------------------------- */

START_TEST(a_stopped_child_is_told_of_once)
{
	int status = 0;

	ck_assert_int_eq(CALL(wait4, -1, &status, WUNTRACED | WNOHANG, NULL), 0);
	job_child_stopped(child, SIGTSTP);
	ck_assert_int_eq(CALL(wait4, -1, &status, WNOHANG, NULL), 0);
	ck_assert_int_eq(CALL(wait4, -1, &status, WUNTRACED | WNOHANG, NULL), 2);
	ck_assert(WIFSTOPPED(status));
	ck_assert_int_eq(WSTOPSIG(status), SIGTSTP);
	ck_assert_int_eq(CALL(wait4, -1, &status, WUNTRACED | WNOHANG, NULL), 0);

	job_child_stopped(child, 0);
	ck_assert_int_eq(CALL(wait4, -1, &status, WUNTRACED | WNOHANG, NULL), 0);
	ck_assert_int_eq(CALL(wait4, -1, &status, WCONTINUED | WNOHANG, NULL), 2);
	ck_assert(WIFCONTINUED(status));
}
END_TEST

START_TEST(waitid_tells_what_has_happened)
{
	siginfo_t info;

	job_child_stopped(child, SIGTTIN);
	ck_assert_int_eq(CALL(waitid, P_ALL, 0, &info, WSTOPPED | WNOHANG | WNOWAIT, NULL), 0);
	ck_assert_int_eq(info.si_code, CLD_STOPPED);
	ck_assert_int_eq(info.si_status, SIGTTIN);
	ck_assert_int_eq(CALL(waitid, P_ALL, 0, &info, WSTOPPED | WNOHANG, NULL), 0);
	ck_assert_int_eq(info.si_pid, 2);
	ck_assert_int_eq(CALL(waitid, P_ALL, 0, &info, WSTOPPED | WNOHANG, NULL), 0);
	ck_assert_int_eq(info.si_signo, 0);
}
END_TEST

START_TEST(an_end_comes_before_a_stop)
{
	int status;

	job_child_stopped(child, SIGTSTP);
	child->ended = true;
	child->status = SIGTERM;
	ck_assert_int_eq(CALL(wait4, -1, &status, WUNTRACED, NULL), 2);
	ck_assert_int_eq(status, SIGTERM);
	ck_assert_int_eq(CALL(wait4, -1, &status, WUNTRACED, NULL), -ECHILD);
}
END_TEST

START_TEST(stops_and_their_end_cancel_each_other)
{
	const uint64_t both = signal_bit(SIGTSTP) | signal_bit(SIGCONT);
	uint64_t pending;

	fake.spawned_as = child;
	handle(SIGTSTP, count);
	handle(SIGCONT, count);
	ck_assert_int_eq(CALL(rt_sigprocmask, SIG_BLOCK, &both, NULL, 8), 0);
	ck_assert_int_eq(CALL(tkill, program.id, SIGTSTP), 0);
	ck_assert_int_eq(CALL(tkill, program.id, SIGCONT), 0);
	ck_assert_int_eq(CALL(rt_sigpending, &pending, 8), 0);
	ck_assert_uint_eq(pending, signal_bit(SIGCONT));
	ck_assert_int_eq(CALL(tkill, program.id, SIGTSTP), 0);
	ck_assert_int_eq(CALL(rt_sigpending, &pending, 8), 0);
	ck_assert_uint_eq(pending, signal_bit(SIGTSTP));
}
END_TEST

START_TEST(going_on_is_told_to_the_spawner_if_it_was_stopped)
{
	fake.spawned_as = child;
	fake.stop = -1;
	job_continue(&program);
	ck_assert_int_eq(fake.stop, -1);
	program.stopped = true;
	job_continue(&program);
	ck_assert_int_eq(fake.stop, 0);
	ck_assert(!program.stopped);
}
END_TEST

static TCase *cases(void)
{
	TCase *tests = tcase_create("terminal");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_line_is_echoed_and_read);
	tcase_add_test(tests, its_settings_can_be_changed);
	tcase_add_test(tests, a_read_ends_when_it_has_waited_as_long_as_was_asked);
	tcase_add_test(tests, a_new_window_size_is_told_to_the_foreground);
	tcase_add_test(tests, a_key_signals_the_foreground_whoever_that_is);
	tcase_add_test(tests, only_known_groups_of_the_session_come_to_the_foreground);
	tcase_add_test(tests, a_leader_without_a_terminal_gets_the_one_it_opens);
	tcase_add_test(tests, who_is_in_the_background_reads_nothing);
	tcase_add_test(tests, what_is_not_taken_is_shown_later);
	tcase_add_test(tests, a_writer_finds_no_room_at_last);
	tcase_add_test(tests, a_child_uses_it_by_its_name);
	tcase_add_test(tests, who_has_none_is_told_so);
	tcase_add_test(tests, a_stopped_child_is_told_of_once);
	tcase_add_test(tests, waitid_tells_what_has_happened);
	tcase_add_test(tests, an_end_comes_before_a_stop);
	tcase_add_test(tests, stops_and_their_end_cancel_each_other);
	tcase_add_test(tests, going_on_is_told_to_the_spawner_if_it_was_stopped);
	return tests;
}

Suite *terminal_suite(void)
{
	Suite *suite = suite_create("terminal");

	suite_add_tcase(suite, cases());
	return suite;
}
