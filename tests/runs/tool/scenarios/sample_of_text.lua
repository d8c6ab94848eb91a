-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: sample_of_text.lua:5: sample 'repair_ms': 12 ms is no number
local repair = sample "repair_ms"
repair("12 ms")
