-- SPDX-License-Identifier: MIT
-- verdict: skip
-- says: SKIP skipped: no such device
skip "no such device"
