-- SPDX-License-Identifier: MIT
-- verdict: pass
--| e boot
--| e ready
--| c [init -> hello] b
--| c [init -> hello -> inner] not hello's own
--| c [init -> hello] a
--| e event exited init -> hello|code=0
--| w
--| e finished PASS
--| x 16
local text = "b\na\n"
boot { files = { play = "tests/runs/tool/scenarios/host.lua", text = { text = text } } }
exited "hello"
assert(identical { log "hello", host { "cat", input = text } } == text)
assert(log "nobody" == "")
-- the same surroundings everywhere
identical { host { "sh", "-c", "echo $LC_ALL $TZ; cat" }, "C UTC\n" }
