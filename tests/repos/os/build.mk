# SPDX-License-Identifier: MIT

$(call host_test,rtc,tests/repos/os/driver/rtc/rtc_test.c repos/os/driver/rtc/date.c repos/os/driver/rtc/cmos.c,\
	-Irepos/os/driver -Irepos/os/include)
$(call host_test,serial-terminal,tests/repos/os/driver/serial_terminal/uart_test.c \
	repos/os/driver/serial_terminal/uart.c repos/os/driver/serial_terminal/byte_queue.c,\
	-Irepos/os/driver -Irepos/os/include)
