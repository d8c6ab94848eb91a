-- SPDX-License-Identifier: MIT
-- Upstream's minigzip packs what gzip on the development machine unpacks, and unpacks what that has packed.
local lines = {}
for i = 1, 4000 do
	lines[i] = ("%d: the square is %d, the cube %d"):format(i, i * i, i * i * i)
end
local text = table.concat(lines, "\n") .. "\n"

local function minigzip(name, options)
	return component(name) {
		binary = "minigzip", ram = "1M", caps = 80,
		config = {
			args = { "minigzip", table.unpack(options) },
			stdin = "/boot/" .. options.input,
			stdout = options.stdout,
			mounts = { { at = "/boot", rom = {} }, { at = "/dev", dev = {} } },
		},
		route = { service "ROM" { label = options.input, parent }, service "LOG" { parent } },
	}
end

boot {
	files = {
		text = { text = text },
		packed = { text = host { "gzip", "-9c", input = text } },
	},
	minigzip("pack", { "-9", input = "text", stdout = "/dev/hex" }),
	minigzip("unpack", { "-d", input = "packed" }),
}
exited { "pack", code = 0 }
exited { "unpack", code = 0 }

local packed = log("pack"):gsub("\n", ""):gsub("%x%x", function(digits)
	return string.char(tonumber(digits, 16))
end)
identical { host { "gzip", "-dc", input = packed }, text }
identical { log "unpack", text }
print(("%d bytes packed to %d, and back"):format(#text, #packed))
