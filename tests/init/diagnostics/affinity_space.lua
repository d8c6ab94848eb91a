return policy {
  component "inner" { ram = "1M", caps = 60, binary = "init",
    config = policy { affinity_space = 4 } },
  affinity_space = { width = 257, height = 0 },
}
