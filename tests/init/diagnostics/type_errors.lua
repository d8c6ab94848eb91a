return policy {
  component "a" {
    ram = true,
    caps = "many",
    binary = 5,
    may_fault = "yes",
    provides = { "LOG", 7 },
    priority = 1.5,
    version = {},
    route = { "LOG", parent },
    config = 7,
  },
  component "b" { ram = "1M", caps = 60, exit_propagate = 1, route = { service "LOG" { label = 5, "log", service "X" {} } } },
  5,
  service "LOG" { parent },
  version = "one",
  default_route = { child "a" },
}
