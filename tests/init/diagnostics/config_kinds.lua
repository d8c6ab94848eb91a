-- check: schema
return policy {
  component "a" { binary = "kettle", ram = "1M", caps = 60, config = "text" },
  component "b" { binary = "plain", ram = "1M", caps = 60, config = { x = 1 } },
  component "c" { binary = "plain", ram = "1M", caps = 60, config = "text", config_rom = "x" },
  component "d" { binary = "nowhere", ram = "1M", caps = 60, config = { x = 1 } },
  component "e" { binary = "damaged", ram = "1M", caps = 60, config = { x = 1 } },
  component "f" { binary = "plain", ram = "1M", caps = 60, config_rom = 5 },
  component "g" { binary = "kettle", ram = "1M", caps = 60, config = policy {} },
  component "h" { binary = "init", ram = "1M", caps = 60, config = { childen = {} } },
}
