-- SPDX-License-Identifier: MIT
-- verdict: script
-- says: unknown_word.lua:5: unknown word 'expct' (did you mean 'expect'?)

expct "x"
