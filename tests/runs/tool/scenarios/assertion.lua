-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: assertion.lua:4: assertion failed!
assert(1 == 2)
