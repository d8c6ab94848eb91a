-- SPDX-License-Identifier: MIT
-- capos archive OUT FILE…: a boot archive by hand.

local failure = require "failure"
local files = require "files"
local options = require "options"

return options.guarded("archive", function(arguments)
	local usage = "OUT FILE…   (NAME=FILE gives it another name)"
	local found, names = options.parse("archive", usage, {}, arguments)
	if not found then
		return 0
	elseif #names < 2 then
		failure.throw("usage", "wants the archive's path and at least one file")
	end
	local members = {}
	for i = 2, #names do
		local name, path = names[i]:match("^([^=/]+)=(.+)$")
		path = path or names[i]
		members[#members + 1] = { name = name or path:match("([^/]+)$") or path, path = path }
	end
	local ok, problem = files.archive(names[1], members)
	if not ok then
		failure.throw("missing", problem)
	end
end)
