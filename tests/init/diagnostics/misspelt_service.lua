return policy {
  component "log" { ram = "1M", caps = 60, provides = { "LOG", "Timer" } },
  component "disk" { ram = "1M", caps = 60, provides = { "Block" } },
  component "a" { ram = "1M", caps = 60, route = {
    service "LGO" { child "log" },
    service "Timre" { parent },
    service "Block" { child "log" },
    service "Nic" { child "log" },
    service "Blok" { any_child },
  } },
}
