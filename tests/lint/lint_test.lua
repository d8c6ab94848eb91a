-- SPDX-License-Identifier: MIT
-- That lint refuses what it is for, and nothing else.

local here = arg[0]:match("^(.*)/")
package.path = here .. "/?.lua;" .. package.path
local includes = require "includes"
local quotes = require "quotes"
local rooms = require "rooms"
local text = require "text"

local failed = 0

local function expect(name, problems, count)
	if #problems ~= count then
		failed = failed + 1
		print(("FAILED: %s: %d problems, expected %d\n\t%s"):format(name, #problems, count,
			table.concat(problems, "\n\t")))
	end
end

local tree = includes.tree {
	"base-kernel/abi/syscall.h", "base-kernel/abi/status.h", "base-kernel/abi/event.h",
	"base-kernel/object/account.h", "base-kernel/object/object.h", "base-kernel/interface/kernel.capnp",
	"repos/base/include/base/heap.h", "repos/base/interface/log_session.capnp",
	"repos/base/lib/base/slot_map.h", "repos/os/include/terminal/line.h",
	"repos/os/interface/file_system_session.capnp", "repos/os/server/log/line.h",
	"core/core.h", "core/platform/platform.h", "init/child/child.h", "init/plan/plan.h", "init/lua/policy.h",
	"posix/vfs/vfs.h", "runs/tool/archive.h",
}

local function including(path, line)
	local problems = {}
	includes.check(path, "/* first */\n" .. line .. "\n", tree, function(number, problem)
		assert(number == 2)
		table.insert(problems, problem)
	end)
	return problems
end

local function allowed(path, line)
	expect(path .. " may: " .. line, including(path, line), 0)
end

local function refused(path, line)
	expect(path .. " may not: " .. line, including(path, line), 1)
end

-- abi <- base <- the rest
allowed("base-kernel/object/a.c", '#include <abi/syscall.h>')
allowed("base-kernel/object/a.c", '#include "object/account.h"')
allowed("base-kernel/object/a.c", '#include "object.h"')
allowed("base-kernel/object/a.c", '#include <kernel/words.h>')
refused("base-kernel/object/a.c", '#include <base/heap.h>')
refused("base-kernel/object/a.c", '#include <log_session/client.h>')
refused("base-kernel/abi/a.h", '#include "object/account.h"')
allowed("repos/base/lib/base/a.c", '#include <abi/syscall.h>')
allowed("repos/base/lib/base/a.c", '#include <kernel/client.h>')
allowed("repos/base/lib/base/a.c", '#include "slot_map.h"')
refused("repos/base/lib/base/a.c", '#include "object/account.h"')
refused("repos/base/lib/base/a.c", '#include <terminal/line.h>')
refused("repos/base/lib/base/a.c", '#include <file_system_session/client.h>')
allowed("core/platform/a.c", '#include <abi/syscall.h>')
allowed("core/service/a.c", '#include "platform/platform.h"')
allowed("core/service/a.c", '#include "core.h"')
refused("core/service/a.c", '#include <abi/syscall.h>')
refused("core/service/a.c", '#include <terminal/line.h>')
allowed("repos/os/server/log/a.c", '#include <base/heap.h>')
allowed("repos/os/server/log/a.c", '#include <abi/status.h>')
refused("repos/os/server/log/a.c", '#include <abi/syscall.h>')
allowed("repos/os/server/log/a.c", '#include <kernel/client.h>')
refused("repos/os/server/log/a.c", '#include "core.h"')
refused("repos/os/server/log/a.c", '#include <plan/plan.h>')
allowed("repos/demo/app/a/main.c", '#include <terminal/line.h>')
refused("repos/os/server/log/a.c", '#include <vfs/vfs.h>')
allowed("posix/fs/a.c", '#include <file_system_session/client.h>')
refused("posix/fs/a.c", '#include <plan/plan.h>')
refused("init/child/a.c", '#include <vfs/vfs.h>')
refused("init/child/a.c", '#include <terminal/line.h>')
allowed("init/lua/a.c", '#include <plan/plan.h>')
allowed("runs/tool/a.c", '#include <lua/policy.h>')
allowed("repos/test/app/a/main.c", '#include <lua/policy.h>')
refused("repos/test/app/a/main.c", '#include "core/core.h"')
refused("repos/demo/app/a/main.c", '#include <lua/policy.h>')
refused("runs/tool/a.c", '#include <child/child.h>')
refused("runs/tool/a.c", '#include <abi/syscall.h>')
allowed("runs/tool/a.c", '#include <abi/event.h>')
allowed("tests/core/a.c", '#include "core.h"')
allowed("tests/init/a.c", '#include <child/child.h>')

-- the form
refused("repos/base/lib/base/a.c", '#include "../capnp/copy.h"')
refused("tests/core/a.c", '#include "../../core/core.h"')
refused("repos/base/lib/base/a.c", '#include "base/heap.h"')
refused("repos/os/server/terminal/a.c", '#include "line.h"')
allowed("repos/os/server/terminal/a.c", '#include <string.h>')
allowed("repos/os/server/terminal/a.c", '/* #include "line.h" is what it would be */')
refused("repos/base/lib/base/a.c", '#  include "object/account.h"')

local function reading(path, content)
	local problems = {}
	text.check(path, content, function(_, problem)
		table.insert(problems, problem)
	end)
	return problems
end

local spdx = "SPDX-License-Identifier: MIT"
expect("a licensed file", reading("a.c", "/* " .. spdx .. " */\nint a;\n"), 0)
expect("a script", reading("a.sh", "#!/bin/sh\n# " .. spdx .. "\n"), 0)
expect("no licence", reading("a.c", "int a;\n"), 1)
expect("a late licence", reading("a.h", "\n/* " .. spdx .. " */\n"), 1)
expect("a list of sources needs none", reading("repos/os/server/log/component.mk", "sources := main.c\n"), 0)
expect("what a test reads", reading("tests/init/diagnostics/a.lua", "a "), 0)
expect("a README needs none", reading("README.md", "# A\n"), 0)
expect("trailing blanks", reading("a.md", "a \nb\t\nc\r\n"), 3)
expect("no last newline", reading("a.md", "a"), 1)
expect("an empty file", reading("a.md", ""), 0)
expect("a word", reading("a.md", "FIX" .. "ME later\n"), 1)
expect("a promise", reading("a.md", "TO" .. "DO(#12): this\n"), 0)
expect("no promise", reading("a.md", "TO" .. "DO: this\n"), 1)
expect("part of a word", reading("a.md", "mkstemp(" .. ("X"):rep(6) .. ")\n"), 0)

assert(rooms.of("init/plan/plan.c") == "plan" and rooms.of("init/child/child.c") == "init")

-- quoted files

local function quoting(content)
	local problems = {}
	local shown = { ["runs/a.lua"] = "-- SPDX-License-Identifier: MIT\nboot {}\nnever 'x'\n" }
	quotes.check("README.md", content, function(path) return shown[path] end, function(number, problem)
		table.insert(problems, number .. ": " .. problem)
	end)
	return problems
end

expect("a file as it is", quoting "text\n```lua runs/a.lua\nboot {}\nnever 'x'\n```\n", 0)
expect("some of its lines", quoting "```lua runs/a.lua:2-2\nboot {}\n```\n", 0)
expect("a fence without a file", quoting "```lua\nboot {}\n```\n```\nmake\n```\n", 0)
expect("a file as it was", quoting "```lua runs/a.lua\nboot {}\n```\n", 1)
expect("other lines", quoting "```lua runs/a.lua:3-3\nboot {}\n```\n", 1)
expect("lines beyond the end", quoting "```lua runs/a.lua:2-9\nboot {}\n```\n", 1)
expect("no such file", quoting "```lua runs/b.lua\nboot {}\n```\n", 1)

print(failed == 0 and "lint refuses what it should" or failed .. " expectations failed")
os.exit(failed == 0)
