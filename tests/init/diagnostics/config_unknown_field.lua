-- check: schema
return policy {
  component "a" {
    binary = "kettle", ram = "1M", caps = 60,
    config = {
      args = { "x" },
      cups = {
        { name = "x", volume = "1M" },
        { name = "y", volum = "1M" },
      },
    },
  },
  component "b" { binary = "kettle", ram = "1M", caps = 60, config = { heta = 5 } },
}
