-- SPDX-License-Identifier: MIT
-- What init says about wrong policies, on the target: each policy of tests/init/diagnostics is evaluated
-- by init's own code, and the lines must be those of its golden file, to which the host's tests hold
-- `capos check`.
local folder = "tests/init/diagnostics"

local files, names = {}, {}
for path in host { "find", folder, "-type", "f", "-printf", "%P\n" }:gmatch "[^\n]+" do
	files[path] = folder .. "/" .. path
	names[#names + 1] = path:match "^([^/]+)%.lua$"
end
table.sort(names)

boot {
	files = files,
	component "diagnose" {
		ram = "20M", caps = 100, config = table.concat(names, "\n"),
		route = { service "LOG" { parent }, service "ROM" { parent } },
	},
}
expect(("%d policies answered as expected"):format(#names))
exited { "diagnose", code = 0 }
assert(#names > 100, "there should be more policies in " .. folder)
