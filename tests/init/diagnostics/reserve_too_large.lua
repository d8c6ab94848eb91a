-- check: ram=3M caps=100
return policy {
  component "inner" { ram = "4K", caps = 1, binary = "init",
    config = policy { reserve = "1M" } },
  reserve = { ram = "4M", caps = 200, cpus = 1 },
}
