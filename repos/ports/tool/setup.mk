# SPDX-License-Identifier: MIT
#
# Included first of all: installs the Debian packages that are missing, or stops with the command that
# does. Costs one look at dpkg's database when all is there. Goals that build nothing do without.

setup_goals := $(if $(MAKECMDGOALS),$(filter-out help clean fresh posix-calls,$(MAKECMDGOALS)),all)
ifneq ($(setup_goals),)
ifneq ($(shell repos/ports/tool/setup.sh && echo ready),ready)
$(error the packages listed in repos/ports/tool/packages are not all installed)
endif
endif
