-- SPDX-License-Identifier: MIT
-- Suite page: what `capos test` found, for a reader in a browser.

local markup = require "markup"
local page = require "page"

local suite_page = {}

local RANK = { fail = 1, skip = 2, pass = 3 }

-- jobs: as of the pool, each with a verdict and a kind; remarks: lines about all of them.
function suite_page.write(path, jobs, remarks)
	local rows, count = {}, { pass = 0, skip = 0, fail = 0 }
	local sorted = table.move(jobs, 1, #jobs, 1, {})
	table.sort(sorted, function(a, b)
		if RANK[a.verdict] ~= RANK[b.verdict] then
			return RANK[a.verdict] < RANK[b.verdict]
		end
		return a.name < b.name
	end)
	for i, job in ipairs(sorted) do
		count[job.verdict] = count[job.verdict] + 1
		local address = markup.text(job.name:gsub("#", "%%23")) .. "/index.html"
		rows[i] = ('<tr><td><a href="%s">%s</a><td class="%s">%s<td class="number">%.2f s<td class="dim">%s')
			:format(address, markup.text(job.name), job.verdict, markup.text(job.kind or job.verdict),
				job.seconds, markup.text(job.why))
	end
	local list = {}
	for i, remark in ipairs(remarks) do
		list[i] = '<p class="fail">' .. markup.text(remark)
	end
	page.write(path, "capOS scenarios", {
		("<h1>Scenarios: %d passed, %d failed, %d skipped</h1>"):format(count.pass, count.fail, count.skip),
		table.concat(list, "\n"),
		'<table><tr><th>scenario<th>verdict<th class="number">wall time<th>',
		table.concat(rows, "\n"),
		"</table>",
	})
end

return suite_page
