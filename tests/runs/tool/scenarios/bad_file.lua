-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: bad_file.lua:4: files: 'play' is neither a path nor { text = … }
boot { files = { play = { content = "x" } } }
