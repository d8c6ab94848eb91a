/* SPDX-License-Identifier: MIT */
/*
 * A client and a server, the kernel between them: what an instruction is told to belong to.
 */
#include <call_tree.h>
#include <check.h>
#include <stacks.h>
#include <stretch.h>
#include <string.h>

#define KERNEL 0xffffffff80000000ul

static const struct function client_main = {.address = 0x1000, .name = "main"};
static const struct function client_call = {.address = 0x1100, .name = "call"};
static const struct function server_loop = {.address = 0x1200, .name = "loop"};
static const struct function entry = {.address = KERNEL, .name = "syscall_entry"};
static const struct function find = {.address = KERNEL + 0x100, .name = "find"};
static const struct function find_rare = {.address = KERNEL + 0x900, .name = "find"};
static const struct function stub = {.address = KERNEL + 0x200, .name = "trap_stubs"};

static struct stacks stacks;
static struct instruction last;

/* image.c reads files; here programs are told apart by their functions alone */
const char *image_name(const struct image *image)
{
	(void)image;
	return "it";
}

static struct instruction at(const struct function *function, unsigned offset, unsigned operations)
{
	return (struct instruction){
		.address = function->address + offset,
		.function = function,
		.operations = operations,
		.size = 2,
		.enters = function == &stub || (function == &entry && offset == 0),
		.vector = -1,
	};
}

static void go(const struct function *function, unsigned offset, unsigned operations)
{
	const struct instruction next = at(function, offset, operations);

	(void)stacks_step(&stacks, &last, &next);
	last = next;
}

static void expect_stack(const char *names)
{
	char text[256] = "";

	for (unsigned i = 0; i < stacks.current->depth; i++) {
		strcat(text, i ? " " : "");
		strcat(text, stacks.current->functions[i]->name);
	}
	ck_assert_str_eq(text, names);
}

static void setup(void)
{
	last = at(&client_main, 0, OPERATION_CALL);
	stacks_init(&stacks, &last);
}

START_TEST(a_call_and_its_return)
{
	expect_stack("main");
	go(&client_call, 0, 0);
	expect_stack("main call");
	go(&client_call, 2, OPERATION_RETURN);
	go(&client_main, 2, 0);
	expect_stack("main");
}
END_TEST

START_TEST(a_jump_to_another_function_takes_its_place)
{
	go(&client_call, 0, 0);
	go(&server_loop, 0, 0);
	expect_stack("main loop");
	go(&server_loop, 2, OPERATION_RETURN);
	go(&client_main, 2, 0);
	expect_stack("main");
}
END_TEST

START_TEST(the_kernel_stands_on_whom_it_serves_and_leaves_no_trace)
{
	go(&client_call, 0, 0);
	go(&entry, 0, OPERATION_CALL);
	expect_stack("main call syscall_entry");
	go(&find, 0, OPERATION_RETURN);
	expect_stack("main call syscall_entry find");
	go(&entry, 2, 0);
	go(&client_call, 2, 0);
	expect_stack("main call");
}
END_TEST

START_TEST(each_thread_goes_on_where_it_was)
{
	go(&client_call, 0, 0);
	go(&entry, 0, 0);
	go(&server_loop, 0, 0); /* switched to for the first time */
	expect_stack("loop");
	go(&entry, 0, 0);
	go(&client_call, 2, 0); /* behind its system call */
	expect_stack("main call");
	go(&entry, 0, 0);
	go(&server_loop, 2, 0);
	expect_stack("loop");
}
END_TEST

START_TEST(of_two_that_wait_at_the_same_place_the_last_one_goes_on)
{
	go(&client_call, 0, 0);
	go(&entry, 0, 0);
	go(&client_main, 0x50, OPERATION_CALL); /* another thread of the same program */
	go(&client_call, 0, 0);
	expect_stack("main call");
	const struct stack *second = stacks.current;
	go(&entry, 0, 0);
	go(&server_loop, 0, 0);
	go(&entry, 0, 0);
	go(&client_call, 2, 0);
	ck_assert_ptr_eq(stacks.current, second);
}
END_TEST

START_TEST(an_interrupt_of_an_idle_kernel_begins_anew)
{
	go(&entry, 0, OPERATION_CALL);
	go(&find, 0, 0);
	go(&stub, 0, 0);
	expect_stack("main trap_stubs");
}
END_TEST

START_TEST(a_function_in_two_pieces_is_one)
{
	go(&entry, 0, OPERATION_CALL);
	go(&find, 0, 0);
	go(&find_rare, 0, 0);
	expect_stack("main syscall_entry find");
	ck_assert_ptr_eq(stacks.current->functions[2], &find);
}
END_TEST

START_TEST(a_stack_that_is_too_deep_stays_within_its_bounds)
{
	for (unsigned i = 0; i < 2 * STACK_MAX; i++)
		go(i % 2 ? &client_main : &client_call, 0, OPERATION_CALL);
	ck_assert_uint_eq(stacks.current->depth, STACK_MAX);
	for (unsigned i = 0; i < 2 * STACK_MAX; i++)
		go(i % 2 ? &client_main : &client_call, 2, OPERATION_RETURN);
	ck_assert_uint_ge(stacks.current->depth, 1);
}
END_TEST

/* ---- stretches ---- */

static void stay(struct stretch *stretch, const struct function *function, unsigned count)
{
	const struct function *const names[] = {&entry, function};
	struct stack stack = {.depth = 2};

	memcpy(stack.functions, names, sizeof names);
	stretch_follow(stretch, &stack, 0);
	for (unsigned i = 0; i < count; i++)
		stretch_instruction(stretch);
}

static void take(struct stretch *stretch, const struct function *function, unsigned count)
{
	static struct instruction first;

	first = at(&entry, 0, 0);
	stretch_begin(stretch, &first);
	stay(stretch, function, count);
	stretch_end(stretch);
}

START_TEST(the_longest_is_kept_and_boot_and_audit_by_themselves)
{
	static struct stretch stretch; /* gives nothing back */

	stretch_init(&stretch, &find_rare);
	take(&stretch, &stub, 900); /* the first one is the boot */
	take(&stretch, &find, 30);
	take(&stretch, &stub, 20);
	take(&stretch, &find_rare, 500);
	ck_assert_uint_eq(stretch.boot.instructions, 900);
	ck_assert_uint_eq(stretch.longest.instructions, 30);
	ck_assert_str_eq(stretch.longest.functions, "syscall_entry > find");
	ck_assert_uint_eq(stretch.audit.instructions, 500);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("stacks");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, a_call_and_its_return);
	tcase_add_test(tests, a_jump_to_another_function_takes_its_place);
	tcase_add_test(tests, the_kernel_stands_on_whom_it_serves_and_leaves_no_trace);
	tcase_add_test(tests, each_thread_goes_on_where_it_was);
	tcase_add_test(tests, of_two_that_wait_at_the_same_place_the_last_one_goes_on);
	tcase_add_test(tests, an_interrupt_of_an_idle_kernel_begins_anew);
	tcase_add_test(tests, a_function_in_two_pieces_is_one);
	tcase_add_test(tests, a_stack_that_is_too_deep_stays_within_its_bounds);
	tcase_add_test(tests, the_longest_is_kept_and_boot_and_audit_by_themselves);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
