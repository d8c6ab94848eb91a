-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: check_without_meaning.lua:5: check wants a condition and what it means

check(true)
