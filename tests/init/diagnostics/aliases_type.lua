return policy {
  component "inner" { ram = "1M", caps = 60, binary = "init", config = policy { aliases = "clock" } },
  component "other" { ram = "1M", caps = 60, binary = "init",
    config = policy { aliases = { "clock", clock = 1 } } },
}
