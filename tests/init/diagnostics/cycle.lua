return policy {
  component "a" { ram = "1M", caps = 60, provides = { "LOG" },
    route = { service "Block" { child "b" } } },
  component "b" { ram = "1M", caps = 60, provides = { "Block" },
    route = { service "Nic" { any_child } } },
  component "c" { ram = "1M", caps = 60, provides = { "Nic" },
    route = {
      service "LOG" { child "a", parent },
    } },
}
