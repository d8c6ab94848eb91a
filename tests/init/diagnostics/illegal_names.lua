return policy {
  component "" { ram = "1M", caps = 60 },
  component "a -> b" { ram = "1M", caps = 60 },
  component "a/b" { ram = "1M", caps = 60 },
  component "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" { ram = "1M", caps = 60 },
  component "x y" { ram = "1M", caps = 60 },
  component "ok" { ram = "1M", caps = 60, provides = { "LOG/x", "" } },
  component "p" { ram = "1M", caps = 60, binary = "", route = { service "a b" { parent } } },
}
