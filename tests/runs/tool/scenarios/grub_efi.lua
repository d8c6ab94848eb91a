-- SPDX-License-Identifier: MIT
-- verdict: pass
-- loader: grub-efi
--| e boot
--| e ready
--| c by way of GRUB
--| w
--| e finished PASS
--| x 16
boot { files = { play = "tests/runs/tool/scenarios/grub_efi.lua" } }
expect "by way of GRUB"
