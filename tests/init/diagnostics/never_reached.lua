-- check: nested
return policy {
  component "a" { ram = "1M", caps = 60, route = {
    service "LOG" { parent },
    service "LOG" { label = "x", deny },
    service "ROM" { label_prefix = "data", parent },
    service "ROM" { label = "data1", deny },
    service "ROM" { label_suffix = ".lua", parent },
    service "ROM" { label_suffix = "x.lua", label_prefix = "y", deny },
    service "ROM" { label_last = "z", parent },
    service "ROM" { label_last = "z", deny },
    service "RM" { label_unscoped = "a -> z", parent },
    service "RM" { label_unscoped = "a -> z", deny },
    any_service { label = "q", deny },
    service "Nic" { label = "q", parent },
  } },
}
