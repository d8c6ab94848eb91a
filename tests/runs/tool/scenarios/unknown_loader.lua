-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: unknown_loader.lua:4: no loader 'grubb'
boot { loaders = { "grubb" } }
