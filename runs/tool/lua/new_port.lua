-- SPDX-License-Identifier: MIT
-- New port: the folder of a port and its run script, to be filled in. The pin is complete where Debian has the
-- source package; its list is that of the last fetch.

local failure = require "failure"
local files = require "files"

local SPDX = "# SPDX-License-Identifier: MIT\n"

local PORT = SPDX .. [[
#
# NAME: what it is, and what is left out.

NAME_build := $(abspath $(BUILD))/ports/NAME
NAME_built := $(BUILD)/ports/NAME.built

$(NAME_built): $(call third_party,repos/ports/NAME/pin) $(posix_ready) repos/ports/NAME/port.mk
	@rm -rf $(NAME_build)
	@mkdir -p $(NAME_build)
	@cd $(NAME_build) && $(abspath $(posix_configure)) $(abspath $(BUILD))/third-party/NAME \
		> configure.output 2>&1 || { cat configure.output; exit 1; }
	+@$(ports_tool)/progress.sh NAME $(NAME_build).log $(MAKE) -C $(NAME_build)
	@touch $@

$(eval $(call posix_port,NAME,$(NAME_built),$(NAME_build)/NAME))
]]

local README = [[
# NAME

One paragraph: what it is, unmodified or how modified.

It is *not* …

`make run RUN=NAME` …
]]

local RUN = [[
-- SPDX-License-Identifier: MIT
-- What is shown here, in a sentence.
boot {
	component "NAME" {
		ram = "4M", caps = 120,
		config = {
			args = { "NAME" },
			mounts = { { at = "/tmp", ram = { size = "1M" } }, { at = "/dev", dev = {} } },
		},
		route = { service "LOG" { parent } },
	},
}
exited { "NAME", code = 0 }
]]

-- What Debian says of the newest upstream archive of a source package.
local function pin(name, build)
	local apt = build .. "/third-party/apt/apt.conf"
	local version, archive, hash
	if files.size(apt) then
		local list = io.popen(("apt-cache -c %s showsrc --only-source %s 2>/dev/null"):format(apt, name))
		for line in list:lines() do
			local whole = line:match("^Version: (.*)%-[^-]*$") -- without Debian's revision
			version = whole and whole:gsub("^%d+:", "") or version
			local sum, file = line:match("^ (%x+) %d+ (%S+%.orig%.tar%.%a+2?)$")
			if sum and #sum == 64 then
				hash, archive = sum, file
			end
		end
		list:close()
	end
	return SPDX .. ("package=%s\nversion=%s\narchive=%s\nsha256=%s\n"):format(name, version or "",
		archive or "", hash or ""), hash ~= nil
end

-- write(path, text) makes a file, with the folders above it.
return function(name, build, write)
	if not name:find("^[%l%d][%l%d.+-]*$") then
		failure.throw("usage", "the name of a port is that of a Debian source package")
	end
	local folder = "repos/ports/" .. name
	if files.size(folder .. "/pin") then
		failure.throw("usage", folder .. " is there already")
	end
	local text, complete = pin(name, build)
	local function filled(form)
		return (form:gsub("NAME", name))
	end
	write(folder .. "/pin", text)
	write(folder .. "/port.mk", filled(PORT))
	write(folder .. "/README.md", filled(README))
	write("runs/" .. name .. ".lua", filled(RUN))
	if not complete then
		print("the pin is to be completed: `apt-cache showsrc " .. name .. "` tells version, archive, hash")
	end
end
