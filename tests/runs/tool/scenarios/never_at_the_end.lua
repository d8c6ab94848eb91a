-- SPDX-License-Identifier: MIT
-- verdict: never
-- says: the line: an error at the very end
--| e boot
--| e ready
--| c error: before the word, allowed
--| w
--| c an error at the very end
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/never_at_the_end.lua" } }
expect "allowed"
never "error"
