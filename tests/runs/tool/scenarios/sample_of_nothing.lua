-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: sample_of_nothing.lua:4: sample 'repair_ms' has no figures yet
check(sample "repair_ms".median < 10, "quick")
