# SPDX-License-Identifier: MIT
# Tests of the parts of the demo's components that need no machine.

$(call host_test,log_filter,tests/repos/demo/server/log_filter/parts_test.c \
	repos/demo/server/log_filter/filter.c repos/demo/server/log_filter/line_buffer.c,\
	-Irepos/demo/server)
