-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: needs_path.lua:4: needs wants names of programs, without a path
needs "../../bin/sh"
