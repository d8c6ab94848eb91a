# SPDX-License-Identifier: MIT
#
# SQLite: the shell, and speedtest1, upstream's benchmark. Upstream's own Makefile writes the one large
# C file out of many; we compile that.

sqlite3_source := $(abspath $(BUILD))/third-party/sqlite3
sqlite3_build := $(abspath $(BUILD))/ports/sqlite3
sqlite3_made := $(BUILD)/ports/sqlite3.made
sqlite3_flags := -O2 -g -DSQLITE_THREADSAFE=1 -DSQLITE_OMIT_LOAD_EXTENSION -I$(sqlite3_build)

$(sqlite3_made): $(call third_party,repos/ports/sqlite3/pin) $(posix_configure) repos/ports/sqlite3/port.mk \
		| $(posix_ready)
	@rm -rf $(sqlite3_build)
	@mkdir -p $(sqlite3_build)
	@cd $(sqlite3_build) && $(abspath $(posix_configure)) $(sqlite3_source) --disable-tcl --disable-readline \
		--disable-shared > configure.output 2>&1 || { cat configure.output; exit 1; }
	+@$(ports_tool)/progress.sh sqlite3 $(sqlite3_build).log $(MAKE) -C $(sqlite3_build) sqlite3.c shell.c
	@touch $@

sqlite3_objects := $(addprefix $(sqlite3_build)/,sqlite3.o shell.o speedtest1.o)
$(sqlite3_build)/sqlite3.o: sqlite3_c = $(sqlite3_build)/sqlite3.c
$(sqlite3_build)/shell.o: sqlite3_c = $(sqlite3_build)/shell.c
$(sqlite3_build)/speedtest1.o: sqlite3_c = $(sqlite3_source)/test/speedtest1.c
$(sqlite3_objects): $(sqlite3_made)
	$(call say,CC,sqlite3 $(notdir $(sqlite3_c)))
	$(Q)$(posix_cc) $(sqlite3_flags) -c $(sqlite3_c) -o $@

$(eval $(call posix_program,sqlite3,$(sqlite3_build)/shell.o $(sqlite3_build)/sqlite3.o,\
	$(sqlite3_build)/shell.o $(sqlite3_build)/sqlite3.o -lm))
$(eval $(call posix_program,speedtest1,$(sqlite3_build)/speedtest1.o $(sqlite3_build)/sqlite3.o,\
	$(sqlite3_build)/speedtest1.o $(sqlite3_build)/sqlite3.o -lm))
