-- SPDX-License-Identifier: MIT
-- A parent that is no init: it runs its children one after another, passes on what they ask for under their names,
-- and ends as they do. What one had is the next one's.
local function sequence(name, programs)
	return component(name) {
		binary = "sequence", ram = "1M", caps = 120, config = { run = programs, ram = "256K", caps = 30 },
		route = { service "LOG" { parent }, service "ROM" { label = "crasher -> config", parent { label = "crash" } },
			service "ROM" { parent } },
	}
end

boot {
	files = { crash = { text = ("\0"):rep(8) } }, -- its configuration, in which everything is the default: it writes to 0
	binaries = { "hello", "crasher" },
	sequence("all", { { binary = "hello" }, { binary = "crasher", may_fail = true }, { binary = "hello" } }),
	sequence("some", { { binary = "hello" }, { binary = "crasher" }, { binary = "hello" } }),
	sequence("none", { { binary = "nothing" }, { binary = "hello" } }),
}
never "FAILED"
expect_all {
	{ from = "all", text = "hello has ended: 0" }, { from = "all", text = "crasher has faulted: kind=page-not-present" },
	{ from = "all", text = "crasher has ended: 255" }, { from = "none", text = "nothing can't be started: denied" },
}
exited { "all", code = 0 }
exited { "some", code = 255 }
exited { "none", code = 255 }
assert(select(2, log("all -> hello"):gsub("good morning", "")) == 2, "the first and the last of them")
assert(select(2, log("some -> hello"):gsub("good morning", "")) == 1 and log "none -> hello" == "")
