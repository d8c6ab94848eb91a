/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include <support/suites.h>

int main(void)
{
	SRunner *runner = srunner_create(vfs_suite());

	srunner_add_suite(runner, link_suite());
	srunner_add_suite(runner, descriptor_suite());
	srunner_add_suite(runner, file_suite());
	srunner_add_suite(runner, process_suite());
	srunner_add_suite(runner, signal_suite());
	srunner_add_suite(runner, areas_suite());
	srunner_add_suite(runner, event_suite());
	srunner_add_suite(runner, socket_suite());
	srunner_add_suite(runner, configuration_suite());
	srunner_add_suite(runner, mounts_suite());
	srunner_add_suite(runner, proc_suite());
	srunner_add_suite(runner, family_suite());
	srunner_add_suite(runner, ram_suite());
	srunner_add_suite(runner, fs_suite());
	srunner_add_suite(runner, export_suite());
	srunner_add_suite(runner, line_discipline_suite());
	srunner_add_suite(runner, terminal_suite());
	srunner_add_suite(runner, tar_suite());
	srunner_add_suite(runner, plugin_suite());
	srunner_add_suite(runner, page_arena_suite());
	srunner_run_all(runner, CK_ENV);

	const int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
