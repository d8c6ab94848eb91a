sources := main.c config.c kernel_signal.c reconfigure.c child/child.c child/budget.c child/injection.c child/spending.c \
	child/supervision.c child/parent.c route/routed_session.c route/routed_ask.c route/routed_change.c \
	route/routed_end.c route/routed_account.c route/routed_message.c route/rom_config.c \
	route/exported.c route/call_queue.c route/priority.c report/report.c report/state.c
uses    := base child init_lua init_libc
libc    := musl
vectors := no
