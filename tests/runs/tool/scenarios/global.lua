-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: write `local x`
x = 1
