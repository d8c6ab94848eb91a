-- SPDX-License-Identifier: MIT
-- options: --set sede=7
-- verdict: usage
-- says: the script has no setting 'sede' (did you mean 'seed'?)
local seed = setting("seed", 1)
boot { component("hello" .. seed) { ram = "256K", caps = 20 } }
