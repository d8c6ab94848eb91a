-- SPDX-License-Identifier: MIT
-- rules for those who may say something
return { service "LOG" { parent } }
