-- SPDX-License-Identifier: MIT
-- AVX registers and control words: kept across preemption, first touches and a pager; gone across calls between
-- domains. Three of a kind disturb each other.
local children = {}
for i = 1, 3 do
	children[i] = component("avx" .. i) { binary = "avx", ram = "1M", caps = 60 }
end
boot(children)
never "FAILED"
expect { text = "checks hold", count = 3 }
for i = 1, 3 do
	exited { "avx" .. i, code = 0 }
end
