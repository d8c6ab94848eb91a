/* SPDX-License-Identifier: MIT */
/*
 * The suites of libcapos-posix: one test program runs them all.
 */
#pragma once

#include <check.h>

Suite *vfs_suite(void);
Suite *link_suite(void);
Suite *descriptor_suite(void);
Suite *file_suite(void);
Suite *process_suite(void);
Suite *signal_suite(void);
Suite *socket_suite(void);
Suite *areas_suite(void);
Suite *event_suite(void);
Suite *configuration_suite(void);
Suite *family_suite(void);
Suite *ram_suite(void);
Suite *tar_suite(void);
Suite *plugin_suite(void);
Suite *page_arena_suite(void);
Suite *mounts_suite(void);
Suite *proc_suite(void);
Suite *fs_suite(void);
Suite *export_suite(void);
Suite *line_discipline_suite(void);
Suite *terminal_suite(void);
