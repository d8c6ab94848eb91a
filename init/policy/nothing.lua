-- SPDX-License-Identifier: MIT
-- Starts nothing and grants nothing.
return policy {}
