return policy {
  component "log_filter" { ram = "1M", caps = 60, provides = { "LOG" } },
  component "a" { ram = "1M", caps = 60, route = { service "LOG" { child "log_filtre" } } },
  component "b" { ram = "1M", caps = 60, route = { any_service { child "nobody_like_it" } } },
}
