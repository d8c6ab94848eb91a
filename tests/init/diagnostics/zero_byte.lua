return policy {
  component "a\0b" { ram = "1M", caps = 60 },
  component "b" { ram = "1M", caps = 60, binary = "x\0" },
}
