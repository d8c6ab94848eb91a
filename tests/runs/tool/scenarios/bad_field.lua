-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: expect: unknown field 'form' (did you mean 'from'?)
boot { files = { play = "tests/runs/tool/scenarios/bad_field.lua" } }
expect { form = "x", text = "y" }
