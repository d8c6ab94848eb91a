/* SPDX-License-Identifier: MIT */
/* Commands written in C. Each gets its own name as argv[0] and answers the exit status. */
#pragma once

int command_check(int argc, char **argv);
int command_diff(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_graph(int argc, char **argv);
int command_who_can(int argc, char **argv);
