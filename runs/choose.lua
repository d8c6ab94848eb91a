-- SPDX-License-Identifier: MIT
-- Route functions, asked by init on the target: they decide by label; nil and deny refuse. A function that
-- fails, or does not come to an end, costs that one session, with its line in the log; the other clients,
-- and the next session of the same one, are served.
boot { policy = "runs/policy/choose.lua" }
never "FAILED"

local function failed(label, line, why)
	local message = '[init] failing -> Echo "%s" denied: the rule\'s function failed: runs/policy/choose.lua:%d: %s'
	expect(message:format(label, line, why))
end

failed("broken", 26, "attempt to index a nil value (field 'lable')")
failed("endless", 28, "the policy takes too long: it has 50000 steps")
failed("pattern", 30, "the policy takes too long: it has 50000 steps")
failed("undeclared", 41, "returned parent, which its choose does not declare")
expect '[init] failing -> Echo "nothing" denied by the rule\'s function (runs/policy/choose.lua:40)'
expect { from = "failing", text = '"left at last" is served by left' }
for _, name in ipairs { "chosen", "failing", "other" } do
	exited { name, code = 0 }
end
