-- SPDX-License-Identifier: MIT
-- Page: an HTML page that needs nothing but itself.

local markup = require "markup"

local page = {}

local STYLE = [[
:root { color-scheme: light dark; --pass: #2a8a3e; --fail: #c8372d; --skip: #a07a00; --dim: #8888; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
pre { font: 13px/1.45 ui-monospace, monospace; overflow-x: auto; padding: .7rem 1rem; border: 1px solid var(--dim);
  border-radius: 6px; max-height: 40rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .2rem .8rem .2rem 0; }
tr { border-bottom: 1px solid var(--dim); } td.number, th.number { text-align: right; }
.pass { color: var(--pass); } .fail { color: var(--fail); } .skip { color: var(--skip); } .dim { color: #888; }
.pass, .fail, .skip { font-weight: 600; } a { color: inherit; }
mark { background: #f5d66060; color: inherit; } summary { cursor: pointer; margin: .6rem 0; }
]]

-- parts: HTML, in order.
function page.write(path, title, parts)
	local file <close> = assert(io.open(path, "w"))
	file:write('<!doctype html>\n<html lang="en"><meta charset="utf-8">\n<title>', markup.text(title),
		"</title>\n<style>\n", STYLE, "</style>\n", table.concat(parts, "\n"), "\n</html>\n")
end

return page
