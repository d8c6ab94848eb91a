-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: no_host.lua:4: unknown word 'os'
os.execute("true")
