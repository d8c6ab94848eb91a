return policy {
  component "a" { ram = "1M", caps = 60 },
  component "b" { ram = "1M", caps = 60, route = { any_service { child "a" } } },
}
