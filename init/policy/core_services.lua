-- SPDX-License-Identifier: MIT
-- Rules: the sessions of core that do not touch devices come from the parent.
-- Use: route = { include "core_services.lua", … } or default_route = include "core_services.lua"
return {
  service "PD"    { parent },
  service "CPU"   { parent },
  service "RM"    { parent },
  service "ROM"   { parent },
  service "LOG"   { parent },
  service "Timer" { parent },
}
