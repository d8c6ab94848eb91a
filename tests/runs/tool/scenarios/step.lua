-- SPDX-License-Identifier: MIT
-- verdict: silence
-- says: step.lua:15: expect_all: still to come "cat": nothing can happen any more
-- says: in the step: the animals
--| e boot
--| c plant
--| c dog
--| e idle
--| s
boot { files = { play = "tests/runs/tool/scenarios/step.lua" } }

step "the plants"
expect_any { "stone", "plant" }
step "the animals"
expect_all { "cat", "dog" }
