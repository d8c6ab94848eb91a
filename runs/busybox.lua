-- SPDX-License-Identifier: MIT
-- Five applets of the upstream busybox, a component each, work on the same megabyte of text. What
-- they make of it has to be what the development machine's own programs make of it.

-- The text: lines out of a few, in an order that looks random and is the same each time.
local SIZE = 1 << 20
local names = { "account", "badge", "budget", "capability", "domain", "endpoint", "grant", "label",
	"mapping", "message", "notification", "page", "parent", "policy", "ring", "session", "thread" }

local function make_text()
	local state = 1
	local function chosen(list)
		state = (state * 1103515245 + 12345) & 0x7fffffff
		return list[(state >> 16) % #list + 1]
	end

	local pool, lines, size = {}, {}, 0
	for i = 1, 16 do
		local words = {}
		for j = 1, 16 do
			words[j] = chosen(names)
		end
		pool[i] = table.concat(words, " ") .. "\n"
	end
	while size < SIZE do
		lines[#lines + 1] = chosen(pool)
		size = size + #lines[#lines]
	end
	return table.concat(lines):sub(1, SIZE - 1) .. "\n"
end

local function applet(name, options)
	return component(name) {
		binary = "busybox", ram = options.ram or "1M", caps = 80,
		config = {
			args = { name, table.unpack(options) },
			stdin = "/boot/text",
			stdout = options.stdout,
			mounts = { { at = "/boot", rom = {} }, { at = "/dev", dev = {} } },
		},
		route = {
			service "ROM" { label = "text", parent },
			service "LOG" { options.log or parent },
		},
	}
end

-- What log_digest computes of a text.
local function digest(text)
	local value = 0xcbf29ce484222325
	for i = 1, #text do
		value = (value ~ text:byte(i)) * 0x100000001b3
	end
	return ("%x"):format(value)
end

local text = make_text()

boot {
	files = { text = { text = text } },
	component "log_digest" {
		ram = "256K", caps = 40, provides = { "LOG" },
		route = { service "LOG" { parent } },
	},
	applet("wc", {}),
	applet("sha256sum", {}),
	applet("gzip", { "-9", stdout = "/dev/hex" }),
	-- a megabyte is too much for a console
	applet("cat", { log = child "log_digest" }),
	applet("sort", { ram = "5M", log = child "log_digest" }),
}

for _, name in ipairs { "wc", "sha256sum", "gzip", "cat", "sort" } do
	exited { name, code = 0 }
end

local function squeezed(numbers)
	return (numbers:gsub(" +", " "):gsub("^ ", ""))
end

identical { squeezed(log "wc"), squeezed(host { "wc", input = text }) }
identical { log "sha256sum", host { "sha256sum", input = text } }

local wanted = { cat = host { "cat", input = text }, sort = host { "sort", input = text } }
for _, found in ipairs(expect {
	from = "log_digest", pattern = "(%l+) wrote (%d+) bytes, digest (%x+)", count = 2,
}) do
	local name, bytes, value = table.unpack(found)
	assert(tonumber(bytes) == #wanted[name] and value == digest(wanted[name]),
		name .. " is not as on the host")
end

-- /dev/hex writes bytes as digits: the host unpacks what the target has packed.
local packed = log("gzip"):gsub("\n", ""):gsub("%x%x", function(digits)
	return string.char(tonumber(digits, 16))
end)
identical { host { "gzip", "-dc", input = packed }, text }
assert(#packed < SIZE // 5, "gzip has packed nothing")

print(("%d bytes through wc, sha256sum, gzip (%d packed), cat and sort: as on the host"):format(
	#text, #packed))
