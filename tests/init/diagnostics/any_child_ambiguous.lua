return policy {
  component "a" { ram = "1M", caps = 60, provides = { "LOG" } },
  component "b" { ram = "1M", caps = 60, provides = { "LOG", "Block" } },
  component "c" { ram = "1M", caps = 60, route = {
    service "LOG" { any_child },
  } },
  component "d" { ram = "1M", caps = 60, route = {
    any_service { any_child },
  } },
}
