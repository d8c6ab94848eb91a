-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: lua_syntax.lua:4: '=' or 'in' expected
for i do end
