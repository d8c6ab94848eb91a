/* SPDX-License-Identifier: MIT */
#pragma once

#include <check.h>

Suite *account_suite(void);
Suite *call_suite(void);
Suite *call_world_suite(void);
Suite *cap_table_suite(void);
Suite *clone_suite(void);
Suite *endpoint_suite(void);
Suite *frame_suite(void);
Suite *futex_suite(void);
Suite *finish_suite(void);
Suite *grant_suite(void);
Suite *heap_suite(void);
Suite *loan_suite(void);
Suite *limits_suite(void);
Suite *mapping_suite(void);
Suite *memory_object_suite(void);
Suite *message_suite(void);
Suite *page_table_suite(void);
Suite *pager_suite(void);
Suite *passive_suite(void);
Suite *platform_suite(void);
Suite *ring_index_suite(void);
Suite *ring_suite(void);
Suite *ring_submit_suite(void);
Suite *scarcity_suite(void);
Suite *boost_suite(void);
Suite *sched_suite(void);
Suite *small_world_suite(void);
Suite *timeout_suite(void);
Suite *transfer_suite(void);
Suite *tree_suite(void);
