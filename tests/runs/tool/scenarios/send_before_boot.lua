-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: this word stands before boot
send "hello\n"
