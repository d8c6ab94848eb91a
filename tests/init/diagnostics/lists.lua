return policy {
  component "a" { ram = "1M", caps = 60, provides = { "LOG", nil, "Block" } },
  component "b" { ram = "1M", caps = 60, provides = { LOG = true } },
  component "c" { ram = "1M", caps = 60, "x", route = { [true] = 1, [3] = parent } },
  component "e" { ram = "1M", caps = 60, provides = { [1.5] = "x" } },
}
