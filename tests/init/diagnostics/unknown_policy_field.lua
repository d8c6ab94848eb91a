return policy {
  component "a" { ram = "1M", caps = 60 },
    defualt_route = {},
    zzz = 1,
}
