-- SPDX-License-Identifier: MIT
-- verdict: missing
-- says: files: nosuch.txt: No such file
boot { files = { a = "nosuch.txt" } }
