/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "suites.h"

int main(void)
{
	SRunner *runner = srunner_create(frame_suite());

	srunner_add_suite(runner, heap_suite());
	srunner_add_suite(runner, tree_suite());
	srunner_add_suite(runner, timeout_suite());
	srunner_add_suite(runner, account_suite());
	srunner_add_suite(runner, finish_suite());
	srunner_add_suite(runner, grant_suite());
	srunner_add_suite(runner, cap_table_suite());
	srunner_add_suite(runner, message_suite());
	srunner_add_suite(runner, memory_object_suite());
	srunner_add_suite(runner, mapping_suite());
	srunner_add_suite(runner, page_table_suite());
	srunner_add_suite(runner, clone_suite());
	srunner_add_suite(runner, futex_suite());
	srunner_add_suite(runner, boost_suite());
	srunner_add_suite(runner, sched_suite());
	srunner_add_suite(runner, endpoint_suite());
	srunner_add_suite(runner, call_suite());
	srunner_add_suite(runner, passive_suite());
	srunner_add_suite(runner, loan_suite());
	srunner_add_suite(runner, pager_suite());
	srunner_add_suite(runner, platform_suite());
	srunner_add_suite(runner, ring_index_suite());
	srunner_add_suite(runner, ring_suite());
	srunner_add_suite(runner, ring_submit_suite());
	srunner_add_suite(runner, transfer_suite());
	srunner_add_suite(runner, limits_suite());
	srunner_add_suite(runner, scarcity_suite());
	srunner_add_suite(runner, call_world_suite());
	srunner_add_suite(runner, small_world_suite());
	srunner_run_all(runner, CK_ENV);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
