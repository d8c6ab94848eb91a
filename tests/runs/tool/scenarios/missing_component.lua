-- SPDX-License-Identifier: MIT
-- verdict: missing
-- says: missing_component.lua:4: component 'nosuch' is not built
boot { binaries = { "nosuch" } }
