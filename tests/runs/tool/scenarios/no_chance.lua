-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: no_chance.lua:4: attempt to call a nil value (field 'random')
local number = math.random()
