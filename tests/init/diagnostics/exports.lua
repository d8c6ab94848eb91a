-- check: nested
return policy {
  component "log" { ram = "1M", caps = 60, provides = { "LOG" } },
  exports = {
    service "LOG" { label_prefix = "x", child "log" },
    service "ROM" { parent },
    service "Block" { child "log" },
    any_service { child "log" },
    service "Nic" { choose { child "log", by = function() end } },
  },
}
