return policy {
  component "a" { ram = "1M", caps = 60,
    affinity = { x = 1 } },
}
