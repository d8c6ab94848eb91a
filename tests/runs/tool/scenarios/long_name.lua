-- SPDX-License-Identifier: MIT
-- verdict: missing
-- says: is longer than the 47 bytes
boot { files = { [("x"):rep(48)] = "Makefile" } }
