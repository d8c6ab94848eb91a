-- check: schema
return policy {
  component "a" { binary = "kettle", ram = "1M", caps = 60,
    config = {
      heat = "very",
    } },
  component "b" { binary = "kettle", ram = "1M", caps = 60, config = { mode = "boyl" } },
  component "c" { binary = "kettle", ram = "1M", caps = 60, config = { heat = 300 } },
  component "d" { binary = "kettle", ram = "1M", caps = 60, config = { cups = { { volume = "1Q" } } } },
}
