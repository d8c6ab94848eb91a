-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: lua_error.lua:5: attempt to
local nothing
print(nothing.field)
