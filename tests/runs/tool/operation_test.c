/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <operation.h>
#include <stdlib.h>

static const struct {
	uint8_t bytes[8];
	uint8_t size;
	unsigned operations;
} examples[] = {
	{{0x90}, 1, 0},                                            /* nop */
	{{0xe8, 0, 0, 0, 0}, 5, OPERATION_CALL},                   /* call rel32 */
	{{0x41, 0xff, 0xd4}, 3, OPERATION_CALL},                   /* call *%r12 */
	{{0xff, 0x15, 0, 0, 0, 0}, 6, OPERATION_CALL},             /* call *0(%rip) */
	{{0xff, 0xe0}, 2, 0},                                      /* jmp *%rax */
	{{0xff, 0xc0}, 2, 0},                                      /* inc %eax */
	{{0xc3}, 1, OPERATION_RETURN},                             /* ret */
	{{0xf3, 0xc3}, 2, OPERATION_RETURN},                       /* rep ret */
	{{0xc2, 8, 0}, 3, OPERATION_RETURN},                       /* ret $8 */
	{{0x0f, 0x22, 0xc0}, 3, OPERATION_CR0},                    /* mov %rax, %cr0 */
	{{0x0f, 0x20, 0xc0}, 3, 0},                                /* mov %cr0, %rax */
	{{0x0f, 0x06}, 2, OPERATION_CR0},                          /* clts */
	{{0x0f, 0x01, 0xf0}, 3, OPERATION_CR0},                    /* lmsw %ax */
	{{0x0f, 0x01, 0xf8}, 3, 0},                                /* swapgs */
	{{0x41, 0x0f, 0x22, 0xdc}, 4, OPERATION_CR3},              /* mov %r12, %cr3 */
	{{0x0f, 0x22, 0xe0}, 3, 0},                                /* mov %rax, %cr4 */
	{{0x0f, 0x30}, 2, OPERATION_MSR},                          /* wrmsr */
	{{0x0f, 0x32}, 2, 0},                                      /* rdmsr */
	{{0xf3, 0x48, 0x0f, 0xae, 0xd0}, 5, OPERATION_BASE},       /* wrfsbase %rax */
	{{0xf3, 0x49, 0x0f, 0xae, 0xdb}, 5, OPERATION_BASE},       /* wrgsbase %r11 */
	{{0xf3, 0x48, 0x0f, 0xae, 0xc0}, 5, 0},                    /* rdfsbase %rax */
	{{0x48, 0x0f, 0xae, 0x27}, 4, OPERATION_VECTOR},           /* xsave64 (%rdi) */
	{{0x48, 0x0f, 0xae, 0x2f}, 4, OPERATION_VECTOR},           /* xrstor64 (%rdi) */
	{{0x48, 0x0f, 0xae, 0x37}, 4, OPERATION_VECTOR},           /* xsaveopt64 (%rdi) */
	{{0x48, 0x0f, 0xc7, 0x27}, 4, OPERATION_VECTOR},           /* xsavec64 (%rdi) */
	{{0x66, 0x0f, 0xae, 0x37}, 4, 0},                          /* clwb (%rdi) */
	{{0x0f, 0xae, 0xf0}, 3, 0},                                /* mfence */
	{{0x0f, 0xae, 0x17}, 3, 0},                                /* ldmxcsr (%rdi) */
	{{0xf0, 0xff, 0x07}, 3, OPERATION_LOCKED},                 /* lock incl (%rdi) */
	{{0xf0, 0x48, 0x0f, 0xb1, 0x0f}, 5, OPERATION_LOCKED},     /* lock cmpxchg %rcx, (%rdi) */
	{{0x87, 0x07}, 2, OPERATION_LOCKED},                       /* xchg %eax, (%rdi) */
	{{0x87, 0xc8}, 2, 0},                                      /* xchg %ecx, %eax */
	{{0xfb}, 1, OPERATION_STI},                                /* sti */
	{{0xfa}, 1, OPERATION_CLI},                                /* cli */
	{{0x0f, 0x1f, 0x80, 1, 5, 0xa9, 0x0c}, 7, OPERATION_MARK}, /* nopl 0x0ca90501(%rax) */
	{{0x0f, 0x1f, 0x40, 0}, 4, 0},                             /* nopl 0(%rax) */
};
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

START_TEST(an_instruction_is_told_by_its_bytes)
{
	ck_assert_uint_eq(operation_of(examples[_i].bytes, examples[_i].size),
	                  examples[_i].operations);
}
END_TEST

START_TEST(bytes_that_end_too_soon_are_nothing)
{
	/* the sanitizers see to it that no byte behind them is read */
	for (uint8_t size = 0; size < examples[_i].size; size++) {
		uint8_t *bytes = malloc(size + 1u);
		for (uint8_t i = 0; i < size; i++)
			bytes[i] = examples[_i].bytes[i];
		bytes = realloc(bytes, size ? size : 1);
		(void)operation_of(bytes, size);
		free(bytes);
	}
}
END_TEST

START_TEST(a_mark_has_a_number)
{
	const uint8_t mark[] = {0x0f, 0x1f, 0x80, 0x04, 0x05, 0xa9, 0x0c};

	ck_assert_uint_eq(operation_mark(mark), 0x0ca90504);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("operation");
	TCase *tests = tcase_create("all");

	tcase_add_loop_test(tests, an_instruction_is_told_by_its_bytes, 0, EXAMPLES);
	tcase_add_loop_test(tests, bytes_that_end_too_soon_are_nothing, 0, EXAMPLES);
	tcase_add_test(tests, a_mark_has_a_number);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
